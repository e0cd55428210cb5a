<?php

// The signature of a request's body. Send json_encode of the same array, with
// the same flags and the signature added.
function sign(array $body, string $secret): string
{
    $members = [];
    foreach ($body as $name => $value) {
        $key = strtolower($name);
        if ($key === 'signature' || $value === null || $value === '') {
            continue;
        }
        if (is_array($value)) {
            // Of objects, orderRef alone takes part, as the documentation's example has it.
            if ($key === 'orderref') {
                $members[$key] = json_encode($value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
            }
        } elseif (is_bool($value)) {
            $members[$key] = $value ? 'true' : 'false';
        } else {
            $members[$key] = (string) $value;
        }
    }
    ksort($members, SORT_STRING);
    $pairs = [];
    foreach ($members as $key => $value) {
        $pairs[] = "$key=$value";
    }
    return md5(implode('&', $pairs) . $secret);
}

// Here the body comes on standard input.
$body = json_decode(file_get_contents('php://stdin'), true, 512, JSON_THROW_ON_ERROR);
echo sign($body, getenv('WAYPAY_SECRET_KEY')), "\n";
