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
    /** How deep a value may be, as PHP has it by default. */
    private const DEPTH = 512;

    private const FLAGS = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION;

    /**
     * @param string $what names the value in an error
     *
     * @throws InvalidInput names the first place that cannot be written
     */
    public static function encode(mixed $value, string $what): string
    {
        $json = json_encode($value, self::FLAGS, self::DEPTH);
        if ($json !== false) {
            return $json;
        }
        $isText = json_last_error() === JSON_ERROR_UTF8;
        $why = $isText ? 'is not valid UTF-8' : json_last_error_msg();
        throw new InvalidInput([new FieldError($isText ? $what . self::place($value) : $what, $why)]);
    }

    /** As `encode`; an empty array is an object, because the data of an event always are one. */
    public static function data(mixed $value): string
    {
        return self::encode($value === [] ? new \stdClass() : $value, 'data');
    }

    public static function decode(string $json): mixed
    {
        return json_decode($json, true, self::DEPTH, JSON_THROW_ON_ERROR);
    }

    /**
     * For people's code: maps become arrays, but for those that an array cannot say (empty, or with keys 0, 1, 2).
     */
    public static function forPeople(string $json): mixed
    {
        return self::softened(json_decode($json, false, self::DEPTH, JSON_THROW_ON_ERROR));
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

    /**
     * Where the text is that is not UTF-8; null: not in this value. Goes the way of `json_encode`, which has stopped at that
     * place, so that it sees what is public and comes to no end of what is endless.
     */
    private static function place(mixed $value, int $depth = 0): ?string
    {
        if (is_string($value)) {
            return preg_match('//u', $value) === 1 ? null : '';
        }
        if ($depth > self::DEPTH) {
            return null;
        }
        if (is_object($value)) {
            $inside = match (true) {
                $value instanceof \JsonSerializable => $value->jsonSerialize(),
                $value instanceof \BackedEnum => $value->value,
                default => null,
            };
            // An object may say that it is what it looks like.
            if ($inside !== null && $inside !== $value) {
                return self::place($inside, $depth + 1);
            }
            $value = get_object_vars($value);
        }
        foreach (is_array($value) ? $value : [] as $key => $item) {
            if (is_string($key) && preg_match('//u', $key) !== 1) {
                return '';
            }
            $inside = self::place($item, $depth + 1);
            if ($inside !== null) {
                return (is_int($key) ? "[{$key}]" : ".{$key}") . $inside;
            }
        }

        return null;
    }
}
