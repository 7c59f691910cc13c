<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Events;

use Hookwright\WordPress\Settings;
use WP_User;

/** A user as payloads tell of them. The password, its hash, the activation key and sessions are never looked at. */
final class User
{
    /** @return array<string, mixed> */
    public static function told(WP_User $user, Settings $settings): array
    {
        return Field::present([
            'id' => Field::id($user->ID),
            'login' => Field::text($user->user_login),
            'slug' => Field::text($user->user_nicename),
            'display_name' => Field::text($user->display_name),
            'email' => $settings->emailAddresses ? Field::text($user->user_email) : null,
            'url' => Field::text($user->user_url),
            'registered_at' => Field::moment($user->user_registered),
            'roles' => array_values(array_map('strval', (array) $user->roles)),
        ]);
    }
}
