<?php

declare(strict_types=1);

namespace Hookwright\Internal;

/**
 * Forms of the interface's values in JSON.
 *
 * @internal
 */
final class Wire
{
    /** What a result holds, either way. */
    public static function either(array $result, \Closure $ok, \Closure $err): mixed
    {
        return array_key_exists('ok', $result) ? $ok($result['ok']) : $err($result['err']);
    }

    /** @return array{string, mixed} name and payload of a variant */
    public static function variant(mixed $wire): array
    {
        return is_array($wire) ? [(string) array_key_first($wire), $wire[array_key_first($wire)]] : [$wire, null];
    }
}
