// Made from signaling/messages*.py by `python -m signaling.jstypes`. Do not edit.

export type Protocol = 1;

export type Leg = "camera" | "talk";

export type Role = "unit" | "laptop";

export type QuestionState = "none" | "asked" | "escalated" | "seen" | "turn";

export type DeviceState = "on" | "off" | "absent" | "refused";

export type ViewName = "klas" | "bord" | "scherm" | "hoeken";

export type UnitState = "starting" | "ready" | "live" | "curtain" | "fault";

export type PairState = "off" | "opening" | "waiting" | "answered" | "comparing" | "confirmed" | "done" | "failed";

export type MicLevel = "unknown" | "good" | "silent" | "soft" | "clipping";

export type SpeakerState = "unknown" | "on" | "absent" | "unheard";

export type Rung = "none" | "light" | "pulse" | "large" | "buddy" | "teacher";

export type BuddySees = "none" | "call" | "told" | "answered";

export type BuddyEnd = "over" | "wrong_link" | "full" | "too_fast";

export type MovingState = "here" | "parked" | "arriving" | "arrived";

export type OffState = "on" | "going" | "demo" | "failed";

export type ActionName = "restart" | "doctor" | "text";

export type Outcome = "started" | "asking" | "done" | "seen" | "declined" | "not_allowed" | "too_often" | "in_lesson" | "unavailable" | "failed";

export type RoomNotice = "groepswerk" | "class_mic_other" | "room_mic_absent" | "speaker_other" | "speaker_low" | "howls" | "pupil_soft";

export type WordsStep = "ask" | "picked" | "declined" | "result" | "stop";

export type PresenceStep = "sound" | "letters" | "drawing" | "blur" | "picture";

export type Drawing = "fox" | "cat" | "owl" | "cactus" | "planet" | "mountains" | "headphones" | "kite";

export type Colour = "teal" | "blue" | "plum" | "rose" | "sand" | "moss";

export type SignalKind = "thumb" | "slower" | "cannot_hear" | "cannot_read" | "pause";

export type FileKind = "pdf" | "png" | "jpeg" | "text" | "word";

export type FileEnd = "cancelled" | "too_large" | "kind" | "broken";

/** How the pupil's own microphone is switched; while `resting` nothing is sent at all. */
export interface Microphone {
  muted: boolean;
  holds: boolean;
  resting: boolean;
}

/** Which step of the ladder is on, and what shows while it is one without a camera. */
export interface Presence {
  step: PresenceStep;
  letters: string;
  drawing: Drawing;
  colour: Colour;
}

/** Outside these edges of the own picture (shares, seen by the camera) the class gets a drawing instead, at every step; other beds lie there. Edges that leave nothing show nothing. */
export interface Shield {
  on: boolean;
  left: number;
  right: number;
  top: number;
}

/** A statement as signed: `body` is the exact text under the signature (facts: identity.py). */
export interface Sealed {
  body: string;
  signature: string;
}

/** More about the question than its state. `soon`: the answer was "zo meteen". `told`: a classmate says it to the teacher. `chimes` only grows: how often the set was to chime since it was started. */
export interface Asked {
  rung: Rung;
  soon: boolean;
  loud: boolean;
  told: boolean;
  chimes: number;
}

/** One trickled ICE candidate (RFC 8838); unsigned: DTLS fingerprints are what counts. */
export interface IceCandidate {
  candidate: string;
  mid: string;
}

/** A STUN or TURN server, with the field names that RTCPeerConnection takes. */
export interface IceServer {
  urls: string;
  username: string;
  credential: string;
}

/** Whom a pupil or parent may call; "" where the settings name nobody. */
export interface Phones {
  helpdesk: string;
  hours: string;
  school: string;
}

/** Server's first message: sign this nonce. */
export interface Challenge {
  type: "challenge";
  v: number;
  nonce: string;
}

/** Device's first message; `boot` is fresh at every start of the process. */
export interface Login {
  type: "login";
  v: number;
  key: string;
  boot: string;
  signature: string;
  software: string;
  probe: boolean;
}

/** Logged in. */
export interface Welcome {
  type: "welcome";
  role: Role;
  heartbeat_s: number;
  helpdesk: boolean;
}

/** Server -> device: the ways to the relay; sent again before the credentials expire. */
export interface Relays {
  type: "relays";
  servers: IceServer[];
}

/** The other device of the pair is there (with this `boot`) or not. */
export interface Peer {
  type: "peer";
  online: boolean;
  boot: string;
}

/** What went wrong, by name; `final` means: do not come back with the same login. With code `revoked`, `pair` and `epoch` say which pair is ended for good. */
export interface Problem {
  type: "problem";
  code: string;
  final: boolean;
  pair: string;
  epoch: number;
}

/** Laptop -> unit: I want into the class. */
export interface Join {
  type: "join";
  nonce: string;
}

/** Unit -> laptop: come; `nonce` is the unit's own, `answers` the laptop's from Join. */
export interface Ready {
  type: "ready";
  nonce: string;
  answers: string;
}

/** Unit -> laptop: not now, and why. */
export interface Refuse {
  type: "refuse";
  code: string;
}

/** Laptop -> unit: signed offer of a leg. */
export interface Offer {
  type: "offer";
  sealed: Sealed;
}

/** Unit -> laptop: signed answer. */
export interface Answer {
  type: "answer";
  sealed: Sealed;
}

/** Either way: a trickled candidate of the camera leg. */
export interface Candidate {
  type: "candidate";
  ice: IceCandidate;
}

/** Either way: the session ends; signed, because the server may not end one. */
export interface Bye {
  type: "bye";
  sealed: Sealed;
}

/** Move the camera: -1..1 of the comfortable speed (right, up, in are +); all zero is Stop. Repeated every 70 ms while held, because the set stops by itself without it. */
export interface Steer {
  type: "steer";
  seq: number;
  pan: number;
  tilt: number;
  zoom: number;
}

/** Centre the picture on this point: x right, y down, as shares of the picture from its middle. `width` < 1 also zooms until that share of the picture fills it. */
export interface Look {
  type: "look";
  seq: number;
  x: number;
  y: number;
  width?: number;
}

/** Turn the camera to its home position. */
export interface Home {
  type: "home";
  seq: number;
}

/** Go to a stored position, or store the present one. */
export interface Preset {
  type: "preset";
  seq: number;
  number: number;
  store?: boolean;
}

/** Keep whoever walks about in the picture, until anything else turns the camera. */
export interface Follow {
  type: "follow";
  seq: number;
  on: boolean;
}

/** What to show. */
export interface Show {
  type: "show";
  view: ViewName;
}

/** A point of the class picture as shares of its width and height, y down. */
export interface Point {
  x: number;
  y: number;
}

/** The board's corners by hand, clockwise from the top left; none: look for them yourself. */
export interface Corners {
  type: "corners";
  points?: Point[];
}

/** Whether who stands before the board is to be faded out. */
export interface Fade {
  type: "fade";
  on: boolean;
}

/** Zoom in on the board, because its text cannot be read. */
export interface Closer {
  type: "closer";
}

/** Send a photo of what is shown over the file channel; it replaces one on its way. */
export interface TakeStill {
  type: "take_still";
  number: number;
}

/** Stop sending that photo. */
export interface DropStill {
  type: "drop_still";
  number: number;
}

/** The vraagknop is pressed; not `loud` asks for lamp and screen only. */
export interface Ask {
  type: "ask";
  loud?: boolean;
}

/** The question is taken back. */
export interface Withdraw {
  type: "withdraw";
}

/** Sign of life of the page, 4 a second, with what the page sees (link figures of getStats). */
export interface Beat {
  type: "beat";
  seq: number;
  clock_ms: number;
  mic: DeviceState;
  camera: DeviceState;
  fps?: number;
  lost_pct?: number;
  showing?: boolean;
  talking?: boolean;
  presence?: Presence;
  resting?: boolean;
}

/** Signed offer (from the page) or answer (from the set) of the talk leg. */
export interface Talk {
  type: "talk";
  sealed: Sealed;
}

/** A trickled candidate of the talk leg. */
export interface TalkCandidate {
  type: "talk_candidate";
  ice: IceCandidate;
}

/** The pupil goes. */
export interface Leave {
  type: "leave";
}

/** The set's answer to a Beat: echoes it, and says which RTP time was captured when. `capture_ms` and `clock_ms` are on the set's own monotonic clock; with the round trip of the beats the page knows the true delay glass to glass. */
export interface Pulse {
  type: "pulse";
  seq: number;
  clock_ms: number;
  rtp: number;
  capture_ms: number;
}

/** What the set is like now; sent whole whenever anything in it changes. */
export interface Situation {
  type: "situation";
  question: QuestionState;
  asked_ago_ms: number;
  curtain: boolean;
  moves: boolean;
  kiosk: boolean;
  view: ViewName;
  smartboard: boolean;
  notices: string[];
  follows: boolean;
  presets: number[];
  asked: Asked;
  moving: boolean;
}

/** What became of a Preset that didn't simply turn the camera. */
export interface PresetReply {
  type: "preset_reply";
  number: number;
  result: "empty" | "failed" | "stored";
}

/** The camera is not turned now, and why: `curtain` or `moving`. */
export interface NotNow {
  type: "not_now";
  code: string;
}

/** What the set knows of the board; sent whole at every change. `corners` are those in use while the board is shown or set, `refused` says why the last ones by hand were not taken. `cap_px` is the height of the smallest capitals in pixels that count, `closer` whether zooming in would help. */
export interface Board {
  type: "board";
  corners: Point[];
  by_hand: boolean;
  fade: boolean;
  refused: string;
  cap_px: number | null;
  mm_per_px: number | null;
  small: boolean;
  closer: boolean;
}

/** On the file channel, before the photo's bytes: how many, and their SHA-256. */
export interface StillHead {
  type: "still_head";
  number: number;
  size: number;
  sha256: string;
  width: number;
  height: number;
}

/** No photo, or no more of it, and why. */
export interface StillRefused {
  type: "still_refused";
  number: number;
  code: string;
}

/** Where the camera looks, degrees (right, up are +) and magnification. */
export interface View {
  type: "view";
  pan_deg: number;
  tilt_deg: number;
  zoom: number;
  fov_deg: number;
}

/** The kiosk page is there without a talk leg: please offer one, with this nonce of the unit. */
export interface TalkWanted {
  type: "talk_wanted";
  nonce: string;
}

/** The set ends the session, and why. */
export interface Farewell {
  type: "farewell";
  code: string;
}

/** First message of a page; `live` when it still has a session (its process was restarted). */
export interface Hello {
  type: "hello";
  v: number;
  live?: boolean;
}

/** Page -> process: into the class, with this offer of the camera leg. */
export interface CameraOffer {
  type: "camera_offer";
  sdp: string;
}

/** Page -> process: sign this offer of the talk leg; `nonce` came in TalkWanted. */
export interface TalkOffer {
  type: "talk_offer";
  nonce: string;
  sdp: string;
}

/** Page -> process: verify this answer of the talk leg, which came over the camera leg. */
export interface TalkAnswer {
  type: "talk_answer";
  sealed: Sealed;
}

/** Page -> process: the session is over (the pupil pressed leave). */
export interface Hang {
  type: "hang";
}

/** Page -> process: the pupil chose how to be in class; kept on this laptop only. */
export interface Appear {
  type: "appear";
  presence: Presence;
  shield?: Shield;
}

/** Page -> process: the pupil's microphone was switched; a page that is loaded anew in the lesson must not open what was shut. Remembered for as long as the process runs. */
export interface Speak {
  type: "speak";
  microphone: Microphone;
}

/** Process -> page: how things stand, sent whole at every change. */
export interface Status {
  type: "status";
  wanted: boolean;
  server: boolean;
  peer: boolean;
  peer_boot: string;
  peer_logins: number;
  paired: boolean;
  language: string;
  away: string;
  ice_servers: IceServer[];
  relay_only: boolean;
  presence: Presence | null;
  shield: Shield;
  microphone: Microphone;
  person_model: boolean;
  phones: Phones;
}

/** Process -> page: the answer to your offer, verified against the pinned key of the set. */
export interface Verified {
  type: "verified";
  leg: Leg;
  sdp: string;
}

/** Process -> page: your talk offer, signed; send it over the camera leg. */
export interface SignedTalk {
  type: "signed_talk";
  sealed: Sealed;
}

/** Process -> page: no, and why; `again` says that trying once more by itself makes sense. */
export interface Refused {
  type: "refused";
  code: string;
  again: boolean;
}

/** Process -> page: the set ended the session with a signed bye. */
export interface Gone {
  type: "gone";
  code: string;
}

/** Process -> page: another window of this page took over; stay quiet. */
export interface TakenOver {
  type: "taken_over";
}

/** Agent -> kiosk: a verified offer of the talk leg. */
export interface TalkCall {
  type: "talk_call";
  sdp: string;
}

/** Kiosk -> agent: the answer to it. */
export interface TalkReply {
  type: "talk_reply";
  sdp: string;
}

/** Agent -> kiosk: close the talk leg. */
export interface TalkEnd {
  type: "talk_end";
}

/** One line of the screen's checklist; `ok` is None while unknown. */
export interface Check {
  name: string;
  ok: boolean | null;
  advice: string;
  percent: number | null;
  charging: boolean;
}

/** Agent -> kiosk: all that the screen shows, sent whole at every change. */
export interface Screen {
  type: "screen";
  state: UnitState;
  reason: string;
  watching: boolean;
  question: QuestionState;
  asked_ago_ms: number;
  mic: DeviceState;
  camera: DeviceState;
  checks: Check[];
  notices: string[];
  unit_name: string;
  language: string;
  class_microphone: string;
  loudspeaker: string;
  room_microphone: string;
  ice_servers: IceServer[];
  relay_only: boolean;
  todo: string;
  asked: Asked;
  buddies: number | null;
  presence: Presence;
  resting: boolean;
  knocks: boolean;
}

/** Kiosk -> agent: somebody pressed a button on the screen. */
export interface Press {
  type: "press";
  action: "buddy" | "come" | "curtain" | "move" | "seen" | "shutdown" | "soon" | "turn" | "wait";
}

/** Kiosk -> agent: state of the class microphone and of the talk leg. */
export interface Sounding {
  type: "sounding";
  microphone: DeviceState;
  talking: boolean;
  blocked?: boolean;
  hears?: MicLevel;
  speaker?: SpeakerState;
}

/** Unit's first message: whoever shows the ticket with this hash may be introduced to me. `epoch` is the highest that this device ever had; the signature is over the challenge. */
export interface PairOpen {
  type: "pair_open";
  v: number;
  key: string;
  place: string;
  ticket_sha256: string;
  epoch: number;
  signature: string;
}

/** The code is good for `seconds` from now. */
export interface PairOpened {
  type: "pair_opened";
  seconds: number;
}

/** Laptop's first message: the ticket, and a commitment to a nonce that is revealed later. */
export interface PairClaim {
  type: "pair_claim";
  v: number;
  key: string;
  place: string;
  ticket: string;
  epoch: number;
  commitment: string;
  mac: string;
  signature: string;
}

/** Server -> unit: the claim that won; `floor` is the highest epoch the server knows of both. */
export interface PairHello {
  type: "pair_hello";
  key: string;
  epoch: number;
  floor: number;
  commitment: string;
  mac: string;
}

/** Unit -> laptop: my key and nonce, and the epoch of this pairing. */
export interface PairReply {
  type: "pair_reply";
  key: string;
  nonce: string;
  epoch: number;
  mac: string;
}

/** Laptop -> unit: the nonce that was committed to. */
export interface PairReveal {
  type: "pair_reveal";
  nonce: string;
  mac: string;
}

/** Either way: somebody said that the words are the same. The signature is the device's consent to this pair and epoch, also for the server; the server passes it on once it has both. */
export interface PairConfirm {
  type: "pair_confirm";
  signature: string;
  mac: string;
}

/** Either way: the words differ, or somebody stopped. */
export interface PairCancel {
  type: "pair_cancel";
}

/** First message of a device that is un-paired: end this pair; signed over the challenge. */
export interface PairEnd {
  type: "pair_end";
  v: number;
  key: string;
  pair: string;
  epoch: number;
  signature: string;
}

/** The server has ended that pair, or knew of none. */
export interface PairEnded {
  type: "pair_ended";
}

/** Page -> process: begin; `code` is what was typed at home, nothing on the unit. */
export interface PairStart {
  type: "pair_start";
  code?: string;
}

/** Page -> process: the words on both screens are the same, or not. */
export interface PairSay {
  type: "pair_say";
  same: boolean;
}

/** Page -> process: stop pairing. */
export interface PairStop {
  type: "pair_stop";
}

/** Process -> page: how far the pairing is, sent whole at every change. `code` and `qr` (rows of 0 and 1) are shown by the unit only; `problem` says why it failed. */
export interface PairStep {
  type: "pair_step";
  state: PairState;
  problem: string;
  code: string;
  qr: string[];
  seconds: number;
  words: string[];
}

/** A phone's first message, with the secret of its link. */
export interface BuddyHello {
  type: "buddy_hello";
  v: number;
  token: string;
}

/** Ik zeg het: this buddy tells the teacher. */
export interface BuddyTell {
  type: "buddy_tell";
}

/** How it is; sent at every change. */
export interface BuddyNews {
  type: "buddy_news";
  sees: BuddySees;
  language: string;
}

/** No more from here, and why. */
export interface BuddyBye {
  type: "buddy_bye";
  code: BuddyEnd;
}

/** Agent -> kiosk: scan this; `url` is the same to type. Good for `seconds`. */
export interface BuddyLink {
  type: "buddy_link";
  url: string;
  qr: string[];
  seconds: number;
}

/** Agent -> kiosk: curtain, room change and switching off, sent whole at every change. `curtain_left_ms` is None while the closed curtain opens by touch only, `restarted` says that it was closed before the set started; `arriving_left_ms` is when the picture comes back. */
export interface RoomScreen {
  type: "room_screen";
  curtain_left_ms: number | null;
  restarted: boolean;
  turned_away: boolean;
  moving: MovingState;
  arriving_left_ms: number | null;
  rooms: string[];
  room: string;
  off: OffState;
}

/** Kiosk -> agent: we are in this room now; "" is one that has no name yet. */
export interface EnterRoom {
  type: "enter_room";
  room: string;
}

/** Kiosk -> agent: keep the curtain closed; we are there, stay, or not yet there; the set stays on after all; the camera parks where it looks now. */
export interface RoomKey {
  type: "room_key";
  action: "awake" | "keep" | "not_yet" | "park_here" | "stay" | "there";
}

/** What runs there, for example `klasgenoot` `0.1.0`. */
export interface Version {
  name: string;
  text: string;
}

/** Unit -> server, each 30 s and at a change: how the set is, in codes and numbers. `faults` are codes of the screen's catalogue, the most pressing first. The link figures are of the lesson that goes on, 0 without one. */
export interface Report {
  type: "report";
  state: UnitState;
  reason: string;
  faults: string[];
  versions: Version[];
  up_s: number;
  live: boolean;
  lost_pct: number;
  rtt_ms: number;
  rate_kbps: number;
  questions: number;
  turns: number;
  allows: boolean;
}

/** Server -> unit: somebody of the helpdesk asks for this; `number` comes back in the result. */
export interface HelpdeskAction {
  type: "helpdesk_action";
  number: number;
  action: ActionName;
  text: string;
}

/** Unit -> server: what became of it; `findings` are the codes that the doctor found wrong. */
export interface HelpdeskResult {
  type: "helpdesk_result";
  number: number;
  outcome: Outcome;
  findings: string[];
}

/** Agent -> kiosk: what the helpdesk does or did a moment ago, sent whole at every change. `asks`: the lesson would be interrupted, and somebody in class has to say yes. */
export interface HelpdeskShown {
  type: "helpdesk_shown";
  action: "" | "doctor" | "restart" | "text";
  state: "" | "asking" | "done" | "running";
  text: string;
}

/** Kiosk -> agent: the text was read, or somebody in class says yes or no to a restart. */
export interface HelpdeskAnswer {
  type: "helpdesk_answer";
  answer: "no" | "ok" | "yes";
}

/** Kiosk -> agent: what is worth a word about the sound in class, sent whole at every change. */
export interface RoomSound {
  type: "room_sound";
  notices: RoomNotice[];
}

/** Show me how I come across. Repeated while held: the other page stops by itself without it. */
export interface Mirror {
  type: "mirror";
  on: boolean;
}

/** What a page gets of the side that holds the mirror: picture as it is shown, sound in dBFS. */
export interface Reflection {
  type: "reflection";
  width: number;
  height: number;
  fps: number;
  level_db: number;
}

/** The three words: the class asks (six to choose from), the pupil picks or declines, the class tells how many were `right`; either side may stop. */
export interface Words {
  type: "words";
  step: WordsStep;
  words: string[];
  right: number;
}

/** Kiosk -> pupil, once a second: the level that arrived, and whether a loudspeaker plays it. */
export interface HeardInClass {
  type: "heard_in_class";
  level_db: number;
  plays: boolean;
}

/** A small sign of the pupil; `on` False takes it back, or says that the class has seen it. */
export interface Signal {
  type: "signal";
  kind: SignalKind;
  on: boolean;
}

/** A line of text; `number` is the sender's own, counted up. */
export interface Chat {
  type: "chat";
  number: number;
  text: string;
}

/** That line shows on the other side; or it does not, because the class has the chat off. `number` 0 is no line: it only tells whether the class has the chat on. */
export interface ChatHeard {
  type: "chat_heard";
  number: number;
  shown: boolean;
}

/** This file wants to come. Offered again with the same checksum after the line was away. */
export interface FileOffer {
  type: "file_offer";
  number: number;
  name: string;
  kind: FileKind;
  size: number;
  sha256: string;
}

/** Send it, from this byte on. */
export interface FileGo {
  type: "file_go";
  number: number;
  at: number;
}

/** So many bytes are here; `clock_ms` is when, by the receiver's clock. */
export interface FileGot {
  type: "file_got";
  number: number;
  at: number;
  clock_ms: number;
}

/** Either side: this file travels no further. */
export interface FileStop {
  type: "file_stop";
  number: number;
  code: FileEnd;
}

/** Turn the camera to a direction (degrees, right and up are +); no zoom leaves the lens. */
export interface Aim {
  type: "aim";
  seq: number;
  pan_deg: number;
  tilt_deg: number;
  zoom?: number | null;
}

/** How far the camera can turn, and how much it sees with the lens wide; once for each leg. */
export interface Reach {
  type: "reach";
  pan_min_deg: number;
  pan_max_deg: number;
  tilt_min_deg: number;
  tilt_max_deg: number;
  wide_deg: number;
  most_zoom: number;
}

/** May I come in? */
export interface Knock {
  type: "knock";
}

/** What became of it: it stands on the screen, there is no screen, or the class answered. */
export interface Knocked {
  type: "knocked";
  answer: "come" | "heard" | "nobody" | "wait";
}

/** `early_s` and `late_s` around it the door is open as well. `moved`: it was planned at another time. */
export interface AgendaLesson {
  begin: number;
  end: number;
  subject: string;
  room: string;
  kind: "les" | "pauze" | "samen";
  state: "cancelled" | "planned" | "signed_off";
  moved: boolean;
}

/** Server -> device -> page: the lessons that are not over, the next ones first. `holds` is False where the pair has no timetable: then it meets as it likes. */
export interface Agenda {
  type: "agenda";
  holds: boolean;
  lessons: AgendaLesson[];
  early_s: number;
  late_s: number;
}

export type FromServer = Challenge | Welcome | Relays | Peer | Problem | Join | Ready | Refuse | Offer | Answer | Candidate | Bye;

export type ToServer = Login | Join | Ready | Refuse | Offer | Answer | Candidate | Bye;

export type FromPupil = Show | Corners | Fade | Closer | TakeStill | DropStill | Steer | Look | Home | Preset | Follow | Ask | Withdraw | Beat | Talk | TalkCandidate | Leave;

export type FromSet = Pulse | Situation | PresetReply | Board | StillHead | StillRefused | View | TalkWanted | Talk | TalkCandidate | Farewell | NotNow;

export type FromHome = Hello | CameraOffer | TalkOffer | TalkAnswer | Candidate | Hang | Appear | Speak;

export type ToHome = Status | Verified | SignedTalk | Refused | Candidate | Gone | TakenOver;

export type FromKiosk = Hello | TalkReply | TalkCandidate | Press | Sounding;

export type ToKiosk = Screen | TalkCall | TalkCandidate | TalkEnd | TakenOver;

export type FromPairing = Challenge | Problem | PairOpened | PairHello | PairReply | PairReveal | PairConfirm | PairCancel | PairEnded;

export type ToPairing = PairOpen | PairClaim | PairReply | PairReveal | PairConfirm | PairCancel | PairEnd;

export type PagePairs = PairStart | PairSay | PairStop;

export type FromBuddy = BuddyHello | BuddyTell;

export type ToBuddy = BuddyNews | BuddyBye;

export type FromRoom = EnterRoom | RoomKey;

export type FromHelpdesk = HelpdeskAction;

export type ToHelpdesk = Report | HelpdeskResult;

export type PageHelpdesk = HelpdeskAnswer;

export type BothWays = Mirror | Reflection | Words | Signal | Chat | ChatHeard;

export type FromClass = HeardInClass | Mirror | Reflection | Words | Signal | Chat | ChatHeard;

export type KioskSound = RoomSound | HeardInClass | Mirror | Reflection | Words;

export type Together = Signal | Chat | ChatHeard;

export type FileFrame = FileOffer | FileGo | FileGot | FileStop;

export type ToSeat = Reach;

export type FromSeat = Aim;

export type Knocking = Knock | Knocked;
