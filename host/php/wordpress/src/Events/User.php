<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Events;

use Hookwright\WordPress\Settings;
use WP_User;

/** A user as payloads tell of them. The password, its hash, the activation key and sessions are never looked at. */
final class User
{
    private const ADDRESS = '/[^\s<>"(),;:@]+@(?=[^\s<>"(),;:@]+\.[^\s<>"(),;:@]+)/u';

    /** @return array<string, mixed> */
    public static function told(WP_User $user, Settings $settings): array
    {
        $login = self::name($user->user_login, $settings);

        return Field::present([
            'id' => Field::id($user->ID),
            'login' => $login,
            // WordPress makes it of the login.
            'slug' => $login === $user->user_login ? Field::text($user->user_nicename) : null,
            'display_name' => self::name($user->display_name, $settings),
            'email' => $settings->emailAddresses ? Field::text($user->user_email) : null,
            'url' => Field::text($user->user_url),
            'registered_at' => Field::moment($user->user_registered),
            'roles' => array_values(array_map('strval', (array) $user->roles)),
        ]);
    }

    /** A name; e-mail addresses in it, by which people log in, are hidden up to the @ unless the settings allow them. */
    public static function name(mixed $name, Settings $settings): ?string
    {
        $name = Field::text($name);

        return $name === null || $settings->emailAddresses ? $name : preg_replace(self::ADDRESS, '***@', $name);
    }
}
