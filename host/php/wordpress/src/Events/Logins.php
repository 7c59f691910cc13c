<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Events;

use Hookwright\WordPress\Site;
use Hookwright\WordPress\Source;
use WP_Error;
use WP_User;

/** Who logged in, and who could not. */
final class Logins implements Source
{
    public function topics(): array
    {
        return Catalogue::topics('wordpress.user.logged_in', 'wordpress.user.login_failed');
    }

    public function listen(Site $site): void
    {
        add_action('wp_login', static function ($login = null, $user = null) use ($site): void {
            $user = $user instanceof WP_User ? $user : get_user_by('login', self::word($login));
            if ($user !== false) {
                $site->publish('wordpress.user.logged_in', static fn () => ['user' => User::told($user, $site->settings())]);
            }
        }, 100, 2);
        add_action('wp_login_failed', static function ($login = null, $error = null) use ($site): void {
            $typed = self::word($login);
            // Now and then people type their password here.
            $isSomebody = get_user_by('login', $typed) !== false || get_user_by('email', $typed) !== false;
            $site->publish('wordpress.user.login_failed', [
                'username' => $isSomebody ? (string) User::name($typed, $site->settings()) : '',
                'reason' => ($error instanceof WP_Error ? Field::text($error->get_error_code()) : null) ?? 'unknown',
            ]);
        }, 100, 2);
    }

    private static function word(mixed $given): string
    {
        return is_scalar($given) ? (string) $given : '';
    }
}
