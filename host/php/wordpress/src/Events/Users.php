<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Events;

use Hookwright\WordPress\Settings;
use Hookwright\WordPress\Site;
use Hookwright\WordPress\Source;
use WP_User;

/** Accounts: made, changed, gone. */
final class Users implements Source
{
    public function topics(): array
    {
        return Catalogue::topics(
            'wordpress.user.registered',
            'wordpress.user.updated',
            'wordpress.user.deleted',
            'wordpress.user.role_changed',
            'wordpress.user.password_reset',
        );
    }

    public function listen(Site $site): void
    {
        add_action('user_register', static function ($id = null) use ($site): void {
            $user = get_userdata((int) $id);
            if ($user !== false) {
                $settings = $site->settings();
                $site->publish('wordpress.user.registered', static fn () => ['user' => User::told($user, $settings)]);
                $site->publish('account_created', static fn () => self::account($user, $settings));
            }
        }, 100);
        add_action('profile_update', static function ($id = null, $before = null) use ($site): void {
            $user = get_userdata((int) $id);
            if ($user !== false && $before instanceof WP_User) {
                $site->publish('wordpress.user.updated', static fn () => self::updated($user, $before, $site->settings()));
            }
        }, 100, 2);
        add_action('deleted_user', static function ($id = null, $reassign = null, $user = null) use ($site): void {
            if ($user instanceof WP_User) {
                $settings = $site->settings();
                $site->publish('wordpress.user.deleted', static fn () => Field::present([
                    'user' => User::told($user, $settings),
                    'content_goes_to' => Field::id($reassign),
                ]));
                $site->publish('account_deleted', static fn () => Field::present([
                    'user_id' => Field::id($id),
                    'user_name' => User::name($user->user_login, $settings),
                    'user_email' => $settings->emailAddresses ? Field::text($user->user_email) : null,
                    'date' => current_time('mysql', true),
                ]));
            }
        }, 100, 3);
        add_action('set_user_role', static function ($id = null, $role = null, $former = null) use ($site): void {
            $user = get_userdata((int) $id);
            $former = array_values(array_map('strval', (array) $former));
            // A new user has none before.
            if ($user !== false && $former !== [] && $former !== [$role]) {
                $site->publish('wordpress.user.role_changed', static fn () => [
                    'user' => User::told($user, $site->settings()),
                    'role' => (string) $role,
                    'previous_roles' => $former,
                ]);
            }
        }, 100, 3);
        foreach (['add_user_role' => true, 'remove_user_role' => false] as $hook => $isNew) {
            add_action($hook, static function ($id = null, $role = null) use ($site, $isNew): void {
                $user = self::isWithinSetRole() ? false : get_userdata((int) $id);
                $roles = $user === false ? [] : array_values(array_map('strval', (array) $user->roles));
                $former = $isNew ? array_values(array_diff($roles, [$role])) : [...$roles, (string) $role];
                if ($user !== false && $former !== []) {
                    $site->publish('wordpress.user.role_changed', static fn () => [
                        'user' => User::told($user, $site->settings()),
                        'role' => $isNew ? (string) $role : ($roles[0] ?? ''),
                        'previous_roles' => $former,
                    ]);
                }
            }, 100, 2);
        }
        add_action('after_password_reset', static function ($user = null) use ($site): void {
            if ($user instanceof WP_User) {
                $site->publish('wordpress.user.password_reset', static fn () => ['user' => User::told($user, $site->settings())]);
            }
        }, 100);
    }

    /** `WP_User::set_role` fires the hooks of single roles as well (WordPress 6.1), and tells it all at its end. */
    private static function isWithinSetRole(): bool
    {
        return in_array('set_role', array_column(debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS, 10), 'function'), true);
    }

    /** @return array<string, mixed> */
    private static function updated(WP_User $after, WP_User $before, Settings $settings): array
    {
        $everything = new Settings(emailAddresses: true);
        $changed = Field::changes(User::told($before, $everything), User::told($after, $everything));
        if ($before->user_pass !== $after->user_pass) {
            $changed[] = 'password';
        }

        return ['user' => User::told($after, $settings), 'changed' => $changed];
    }

    /**
     * WP Ultimo's payload, as far as WordPress knows it: there is no plan here.
     *
     * @return array<string, mixed>
     */
    private static function account(WP_User $user, Settings $settings): array
    {
        return Field::present([
            'user_id' => Field::id($user->ID),
            'user_site_id' => get_current_blog_id(),
            'user_login' => User::name($user->user_login, $settings),
            'user_firstname' => User::name($user->first_name, $settings),
            'user_lastname' => User::name($user->last_name, $settings),
            'user_email' => $settings->emailAddresses ? Field::text($user->user_email) : null,
            'user_site_url' => home_url('/'),
            'created_at' => Field::text($user->user_registered),
            'user_site_name' => Field::text(wp_specialchars_decode((string) get_option('blogname'), ENT_QUOTES)),
        ]);
    }
}
