# Zet de helft van de leerling op een Windows-laptop, voor de gebruiker die dit start (geen beheerder nodig).
# Nog eens starten mag: wat klaar is, wordt overgeslagen. Nodig: Python 3.11 of nieuwer, en Edge of Chrome.
#   thuis.ps1 [-Server wss://...] [-Wheels MAP] [-DryRun] [-Uninstall] [-Keys keep|remove]
param(
    [string]$Server = '',
    [string]$Wheels = '',
    [switch]$DryRun,
    [switch]$Uninstall,
    [ValidateSet('ask', 'keep', 'remove')][string]$Keys = 'ask'
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$base = Join-Path $env:LOCALAPPDATA 'Klasgenoot'
$program = Join-Path $base 'programma'
$keyFolder = Join-Path $base 'sleutels'
$settings = Join-Path $base 'thuis.toml'
$person = Join-Path $keyFolder 'person.tflite'
$menu = Join-Path ([Environment]::GetFolderPath('Programs')) 'Naar de klas.lnk'
$source = Split-Path (Split-Path $PSScriptRoot)
$later = [System.Collections.Generic.List[string]]::new()

function Wanted {
    if ($Wheels) { return (Get-FileHash (Join-Path $Wheels 'SHA256SUMS') -Algorithm SHA256).Hash }
    $line = Select-String -Path (Join-Path $source 'pyproject.toml') -Pattern '^version = "(.*)"'
    return "bron $($line.Matches[0].Groups[1].Value)"
}

function Test-Wheels {
    foreach ($line in Get-Content (Join-Path $Wheels 'SHA256SUMS')) {
        $digest, $name = $line -split '\s+\*?', 2
        $file = Join-Path $Wheels $name
        if (-not (Test-Path $file) -or (Get-FileHash $file -Algorithm SHA256).Hash -ne $digest) {
            throw "Het pakket $name is beschadigd. Neem een nieuwe kopie van de map."
        }
    }
}

# Naam, tekst, is het er al, doen, weghalen: in deze volgorde.
$steps = @(
    @{
        Text = 'Programma'
        Done = {
            $mark = Join-Path $program 'versie'
            (Test-Path $mark) -and ((Get-Content $mark) -eq (Wanted))
        }
        Do   = {
            if (-not (Get-Command py -ErrorAction SilentlyContinue)) {
                $later.Add('Programma: eerst Python 3.11 of nieuwer installeren'); return
            }
            Remove-Item $program -Recurse -Force -ErrorAction SilentlyContinue
            & py -3 -m venv $program
            $pip = @('-m', 'pip', 'install', '--quiet', '--no-cache-dir', '--disable-pip-version-check')
            if ($Wheels) { Test-Wheels; $pip += @('--no-index', '--find-links', $Wheels, 'klasgenoot') }
            else { $pip += "$source[keyring]" }
            & (Join-Path $program 'Scripts\python.exe') @pip
            if ($LASTEXITCODE -ne 0) {
                $later.Add('Programma: geen internet. Neem een map met pakketten mee (-Wheels)'); return
            }
            Set-Content (Join-Path $program 'versie') (Wanted)
        }
        Undo = { Remove-Item $program -Recurse -Force -ErrorAction SilentlyContinue }
    },
    @{
        Text = 'Instellingen'
        Done = { Test-Path $settings }
        Do   = {
            New-Item $base -ItemType Directory -Force | Out-Null
            $lines = @('[laptop]', "state_dir = '$keyFolder'")
            if ($Server) { $lines += @('', '[link]', "server_url = '$Server'") }
            # Zonder BOM: TOML kent die niet.
            [IO.File]::WriteAllLines($settings, $lines)
        }
        Undo = { Remove-Item $settings -Force -ErrorAction SilentlyContinue }
    },
    @{
        # De gewichten die de persoon in beeld vinden: een pakket van 36 MB, of een bestand van 250 kB in de map van wheels.sh.
        Text = 'Wazige kamer'
        Done = { Test-Path $person }
        Do   = {
            $thuis = Join-Path $program 'Scripts\thuis.exe'
            if (-not (Test-Path $thuis)) { $later.Add('Wazige kamer: eerst het programma'); return }
            $taken = New-Item (Join-Path $base 'gewichten') -ItemType Directory -Force
            if ($Wheels) {
                $kept = Join-Path $Wheels 'person.tflite'
                if (Test-Path $kept) { Copy-Item $kept $taken }
            }
            else {
                $pip = @('-m', 'pip', 'download', '--quiet', '--no-cache-dir', '--disable-pip-version-check', '--no-deps')
                $pip += @('--only-binary', ':all:', '--python-version', '3.11', '--platform', 'manylinux2014_x86_64')
                & (Join-Path $program 'Scripts\python.exe') @pip --dest $taken 'mediapipe==0.10.14'
            }
            $found = Get-ChildItem $taken -File | Select-Object -First 1
            if ($found) { & $thuis model --settings $settings $found.FullName }
            if (-not $found -or $LASTEXITCODE -ne 0) {
                $later.Add('Wazige kamer: het model was er niet. Zonder model blijft een ovaal scherp (thuis model)')
            }
            Remove-Item $taken -Recurse -Force
        }
        Undo = { Remove-Item $person -Force -ErrorAction SilentlyContinue }
    },
    @{
        Text = 'Knop in het menu'
        Done = { Test-Path $menu }
        Do   = {
            $link = (New-Object -ComObject WScript.Shell).CreateShortcut($menu)
            $link.TargetPath = Join-Path $program 'Scripts\thuis.exe'
            $link.Arguments = "run --window --settings `"$settings`""
            $link.WindowStyle = 7
            $link.Save()
        }
        Undo = { Remove-Item $menu -Force -ErrorAction SilentlyContinue }
    }
)

if ($Uninstall) {
    for ($i = $steps.Count - 1; $i -ge 0; $i--) {
        Write-Host "[$($steps.Count - $i)/$($steps.Count)] weg: $($steps[$i].Text)"
        if (-not $DryRun) { & $steps[$i].Undo }
    }
    if (-not $DryRun -and (Test-Path $keyFolder)) {
        if ($Keys -eq 'ask') {
            $answer = Read-Host 'De sleutel en de koppeling van deze laptop ook wissen? [j/N]'
            $Keys = if ($answer -match '^[jy]') { 'remove' } else { 'keep' }
        }
        if ($Keys -eq 'remove') { Remove-Item $keyFolder -Recurse -Force }
        else { Write-Host "De sleutels blijven staan in $keyFolder" }
    }
    if ((Test-Path $base) -and -not (Get-ChildItem $base)) { Remove-Item $base }
    exit 0
}

$number = 0
foreach ($step in $steps) {
    $number++
    $head = "[$number/$($steps.Count)] $($step.Text)"
    if (& $step.Done) { Write-Host "${head}: is al klaar" }
    elseif ($DryRun) { Write-Host "${head}: moet nog" }
    else { Write-Host "$head ..."; & $step.Do }
}
if ($later.Count) {
    Write-Host "`nDit moet nog:"
    $later | ForEach-Object { Write-Host "  - $_" }
    exit 3
}
Write-Host "`nKlaar. In het menu staat 'Naar de klas'."
