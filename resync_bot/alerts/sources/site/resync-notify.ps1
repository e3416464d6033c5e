# Tells Resync of an event of HCL Workload Automation at once, instead of at its next look at the plan.
#
#   resync-notify.ps1 JobStatusChanged JobName=PAYROLL_POST Workstation=FTA_PAY1 ...   as the event rule calls it
#
# Needs Windows PowerShell 5.1 or later. Settings, from the environment:
#   RESYNC_SECRET_FILE  holds Resync's webhook_secret and nothing else, readable by the engine's user alone;
#                       webhook.secret beside this script if not set
#   RESYNC_SECRET       the secret itself, instead of the file
#   RESYNC_URL          where Resync listens, if not at the address below
#
# Exit status: 0 Resync knows, 1 it could not be told, 2 wrong call or setup.

$ErrorActionPreference = 'Stop'

$url = if ($env:RESYNC_URL) { $env:RESYNC_URL } else { '@URL@' }

function Fail([int] $status, [string] $text) {
    [Console]::Error.WriteLine("resync-notify: $text")
    exit $status
}

if ($args.Count -eq 0) { Fail 2 'call it with the type of the event and Key=Value words' }

$secret = $env:RESYNC_SECRET
if (-not $secret) {
    $file = if ($env:RESYNC_SECRET_FILE) { $env:RESYNC_SECRET_FILE } else { Join-Path $PSScriptRoot 'webhook.secret' }
    try { $secret = [IO.File]::ReadAllText($file).TrimEnd("`r", "`n") } catch { Fail 2 "cannot read $file" }
}
if (-not $secret) { Fail 2 'the secret is empty' }

$notice = [ordered]@{ EventType = [string] $args[0] }
$key = $null
for ($place = 1; $place -lt $args.Count; $place++) {
    $word = [string] $args[$place]
    if ($word -match '^([A-Za-z]+)=(.*)$') {
        $key = $Matches[1]
        $notice[$key] = $Matches[2]
    }
    elseif ($key) {
        $notice[$key] = $notice[$key] + ' ' + $word  # a value with blanks comes in several words
    }
}
foreach ($name in @($notice.Keys)) {
    # The engine knows no value for it.
    if ($notice[$name] -eq '' -or $notice[$name] -match '^[$%]\{') { $notice.Remove($name) }
}

$body = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -Compress -InputObject $notice))
$timestamp = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
$signed = [Text.Encoding]::ASCII.GetBytes("v1:${timestamp}:") + $body
$hmac = New-Object -TypeName System.Security.Cryptography.HMACSHA256
$hmac.Key = [Text.Encoding]::UTF8.GetBytes($secret)
$signature = -join ($hmac.ComputeHash([byte[]] $signed) | ForEach-Object { $_.ToString('x2') })

[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor
    [Net.SecurityProtocolType]::Tls12
$headers = @{ 'X-Resync-Timestamp' = "$timestamp"; 'X-Resync-Signature' = "v1=$signature" }
try {
    $null = Invoke-WebRequest -UseBasicParsing -Method Post -Uri $url -Headers $headers -Body $body `
        -ContentType 'application/json' -TimeoutSec 10
}
catch {
    $response = $_.Exception.Response
    if (-not $response) { Fail 1 "cannot reach $url" }
    # 409: taken by an attempt whose answer got lost.
    if ([int] $response.StatusCode -ne 409) { Fail 1 "Resync answers: $([int] $response.StatusCode)" }
}
