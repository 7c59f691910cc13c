<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges;

/**
 * Data as WordPress writes them into a request: `wp_json_encode` gives objects their own form, mends text that is not
 * UTF-8, and writes 49.0 as 49.
 */
final class AsWritten
{
    /** @return array<mixed>|object */
    public static function of(mixed $payload): array|object
    {
        $json = wp_json_encode($payload);
        if ($json === false) {
            throw new \UnexpectedValueException('the payload cannot be written as JSON: ' . json_last_error_msg());
        }
        $data = json_decode($json);

        return is_array($data) || is_object($data) ? $data : (object) ['value' => $data];
    }
}
