<?php

declare(strict_types=1);

namespace Hookwright\Internal;

use Hookwright\Exception\InvalidInput;
use Hookwright\Types\FieldError;

/**
 * JSON with integers exact, and with empty maps that stay maps.
 *
 * @internal
 */
final class Json
{
    private const FLAGS = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION;

    /**
     * @param string $what names the value in an error
     *
     * @throws InvalidInput names the first place that cannot be written
     */
    public static function encode(mixed $value, string $what): string
    {
        $json = json_encode($value, self::FLAGS);
        if ($json !== false) {
            return $json;
        }
        $why = json_last_error() === JSON_ERROR_UTF8 ? 'is not valid UTF-8' : json_last_error_msg();
        throw new InvalidInput([new FieldError($what . self::place($value), $why)]);
    }

    /** As `encode`; an empty array is an object, because the data of an event always are one. */
    public static function data(mixed $value): string
    {
        return self::encode($value === [] ? new \stdClass() : $value, 'data');
    }

    public static function decode(string $json): mixed
    {
        return json_decode($json, true, 512, JSON_THROW_ON_ERROR);
    }

    /**
     * For people's code: maps become arrays, but for those that an array cannot say (empty, or with keys 0, 1, 2).
     */
    public static function forPeople(string $json): mixed
    {
        return self::softened(json_decode($json, false, 512, JSON_THROW_ON_ERROR));
    }

    private static function softened(mixed $value): mixed
    {
        if (is_array($value)) {
            return array_map(self::softened(...), $value);
        }
        if (!$value instanceof \stdClass) {
            return $value;
        }
        $map = array_map(self::softened(...), (array) $value);

        return array_is_list($map) ? (object) $map : $map;
    }

    /** Where the text is that is not UTF-8; null: not in this value. */
    private static function place(mixed $value): ?string
    {
        if (is_string($value)) {
            return preg_match('//u', $value) === 1 ? null : '';
        }
        foreach (is_array($value) || is_object($value) ? (array) $value : [] as $key => $item) {
            $inside = self::place($item);
            if ($inside !== null) {
                return (is_int($key) ? "[{$key}]" : ".{$key}") . $inside;
            }
        }

        return null;
    }
}
