"""The words that two people compare at pairing: our own list, plain Dutch that a child can read.

256 of them, so that each stands for 8 bits. No two differ in less than two letters, and of those
of four letters and more no two begin with the same four: a word half heard is still the right one.
"""

WORDS = tuple(
    """
    aap aardbei agenda ananas anker appel bakker ballon banaan batterij beer berg bezem blad
    bloem boek borstel boter bril brood brug cactus cadeau cavia circus citroen deken deur
    dokter dolfijn draad drempel droom duif eekhoorn eend egel eikel eiland ekster emmer erwt
    fazant feest fiets fles fluit fontein framboos geit gember giraf gitaar glijbaan goud gras
    grot gum haas hagel hamer hamster haven heide helm herfst hert hond honing hooi horloge
    iglo ijsbaan ijsje inkt jam jungle jurk kaars kabouter kalender kameel kano kapitein
    kastanje kat kelder kermis kers kiezel kikker kip klok knoop koala koekje koffer konijn
    kraan krab krant krokodil kroon kussen kwal ladder lamp leeuw lente lepel liedje lijm
    liniaal maan magneet mango markt masker matras melk meloen merel mier mist modder mol molen
    mosterd muis museum naald nest noot oceaan oever olifant onweer opa orgel otter oven paard
    paleis panda papegaai paprika paraplu park pauw pen penseel peper perzik piano pijl piraat
    pizza planeet pleister pony potlood prins pruim puzzel raam radijs raket regen reus ridder
    rijst ring rivier robot roos rozijn rugzak rups schaap schelp schoen sirene sjaal slak
    slang sleutel sneeuw soep sok spiegel spijker spin spons stempel ster stoel storm strand
    suiker taart tas taxi tennis tent thee tijger tomaat toneel toren touw tractor trein
    trommel trui tuin tulp tunnel ufo uil vakantie varken verhaal vijver viool vlag vlieger
    vlinder voetbal vogel vork vos vulkaan wafel walvis water wekker wereld wesp wiel wind
    winkel wolf wortel yoghurt zaag zadel zand zebra zee zilver zolder zomer zon zout zwaan
    zwembad
    """.split()  # noqa: SIM905 - a list of words is read as one
)
