<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin;

/** What a change says on the screen that follows it: kept for one user, shown once. No secret ever goes through here. */
final class Flash
{
    private const LIFETIME = 120;

    public static function success(string $text): void
    {
        self::add('success', $text);
    }

    public static function warning(string $text): void
    {
        self::add('warning', $text);
    }

    public static function error(string $text): void
    {
        self::add('error', $text);
    }

    /** Writes what there is to say, and forgets it. */
    public static function show(): void
    {
        $notices = get_transient(self::key());
        if (!is_array($notices)) {
            return;
        }
        delete_transient(self::key());
        foreach ($notices as [$kind, $text]) {
            Markup::notice($kind, $text);
        }
    }

    private static function add(string $kind, string $text): void
    {
        $notices = get_transient(self::key());
        $notices = is_array($notices) ? $notices : [];
        $notices[] = [$kind, $text];
        set_transient(self::key(), $notices, self::LIFETIME);
    }

    private static function key(): string
    {
        return 'hookwright_flash_' . get_current_user_id();
    }
}
