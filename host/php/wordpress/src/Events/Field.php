<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Events;

/** Rows of WordPress's database, in which numbers are texts and moments have no zone, as the values of a payload. */
final class Field
{
    private const EXCERPT_WORDS = 55;

    /** A text; null for an empty one. */
    public static function text(mixed $value): ?string
    {
        return is_scalar($value) && (string) $value !== '' ? (string) $value : null;
    }

    /** A number from 1; null for 0, which is WordPress's "none". */
    public static function id(mixed $value): ?int
    {
        return is_numeric($value) && (int) $value > 0 ? (int) $value : null;
    }

    /** `2026-01-31 09:30:00`, in UTC, as RFC 3339; null for WordPress's zeros. */
    public static function moment(mixed $value): ?string
    {
        $isMoment = is_string($value) && !str_starts_with($value, '0000')
            && preg_match('/^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)Z?$/', $value, $parts) === 1;

        return $isMoment ? "{$parts[1]}T{$parts[2]}Z" : null;
    }

    /** The first words of a text, without markup and shortcodes. */
    public static function excerpt(string $html): string
    {
        $plain = (string) preg_replace(
            ['#<(script|style)\b.*?</\1>#is', '#<!--.*?-->|<[^>]*>|\[/?[a-z][^\]]*\]#is', '/&nbsp;/', '/\s+/u'],
            ' ',
            $html,
        );
        $words = explode(' ', trim($plain));

        return count($words) > self::EXCERPT_WORDS
            ? implode(' ', array_slice($words, 0, self::EXCERPT_WORDS)) . ' …'
            : implode(' ', $words);
    }

    /**
     * What there is: what is empty is left out.
     *
     * @param array<string, mixed> $members
     *
     * @return array<string, mixed>
     */
    public static function present(array $members): array
    {
        return array_filter($members, static fn (mixed $value) => $value !== null);
    }

    /**
     * The names of members that differ.
     *
     * @param array<string, mixed> $before
     * @param array<string, mixed> $after
     *
     * @return list<string>
     */
    public static function changes(array $before, array $after): array
    {
        $names = array_keys($before + $after);

        return array_values(array_filter(
            $names,
            static fn (string $name) => ($before[$name] ?? null) !== ($after[$name] ?? null),
        ));
    }
}
