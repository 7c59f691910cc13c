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
            $parts = explode('@', $typed);
            $isHidden = count($parts) > 1 && !$site->settings()->emailAddresses;
            $site->publish('wordpress.user.login_failed', [
                // People log in with their address, and now and then type their password here.
                'username' => $isHidden ? '***@' . end($parts) : $typed,
                'reason' => ($error instanceof WP_Error ? Field::text($error->get_error_code()) : null) ?? 'unknown',
            ]);
        }, 100, 2);
    }

    private static function word(mixed $given): string
    {
        return is_scalar($given) ? (string) $given : '';
    }
}
