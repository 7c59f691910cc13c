<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

use Hookwright\Hookwright;

/** What Hookwright leaves in the current site: tables, options, entries of WP-Cron, options of users; how they come and go. */
final class Installation
{
    /** The version that has made the tables. */
    private const VERSION = 'hookwright_version';

    private const CRON = ['hookwright_deliver', 'hookwright_purge'];

    /** @var array<int, true> sites that this request has ended */
    private static array $ended = [];

    public static function isCurrent(): bool
    {
        return get_option(self::VERSION) === Plugin::VERSION;
    }

    /** Makes the tables or brings them up to date. @throws \Hookwright\Exception\HookwrightException */
    public static function make(Hookwright $hookwright): void
    {
        $hookwright->lifecycle->migrate();
        update_option(self::VERSION, Plugin::VERSION, true);
        self::schedule();
    }

    /** WordPress runs these when somebody visits the site. */
    public static function schedule(): void
    {
        unset(self::$ended[get_current_blog_id()]);
        if (wp_next_scheduled('hookwright_deliver') === false) {
            wp_schedule_event(time(), Delivery::EVERY_MINUTE, 'hookwright_deliver');
        }
        if (wp_next_scheduled('hookwright_purge') === false) {
            // The sites of one server do it at different times.
            wp_schedule_event(time() + wp_rand(HOUR_IN_SECONDS, DAY_IN_SECONDS), 'daily', 'hookwright_purge');
        }
    }

    /** Nothing is sent any more; tables and options stay. */
    public static function unschedule(): void
    {
        array_map('wp_unschedule_hook', self::CRON);
        self::$ended[get_current_blog_id()] = true;
    }

    /** Whether this request has deactivated the plugin on the current site: it does nothing more there. */
    public static function isEnded(): bool
    {
        return isset(self::$ended[get_current_blog_id()]);
    }

    /** Removes everything of ours, but from sites whose owners have said to keep it. */
    public static function removeEverywhere(): void
    {
        $isKept = false;
        self::onEachSite(static function () use (&$isKept): void {
            $isKept = !self::remove() || $isKept;
        });
        if (!$isKept) {
            self::forgetUsers();
        }
    }

    /** @return bool whether it is gone from the current site, where its owner has not said to keep it */
    private static function remove(): bool
    {
        self::unschedule();
        if (!Settings::read()->deleteData) {
            return false;
        }
        global $wpdb;
        foreach (self::tables() as $table) {
            $wpdb->query("DROP TABLE IF EXISTS `{$table}`");
        }
        // Its options begin with `hookwright_`, and no others do; likewise what screens keep for a while, and for a user.
        $named = (array) $wpdb->get_col("SELECT option_name FROM {$wpdb->options}"
            . " WHERE option_name LIKE 'hookwright\\_%' OR option_name LIKE '\\_transient\\_%hookwright\\_%'");
        array_map('delete_option', array_filter($named, 'is_string'));

        return true;
    }

    /** The options of our screens that users have chosen, which are for all sites of a network. */
    private static function forgetUsers(): void
    {
        global $wpdb;
        $wpdb->query("DELETE FROM {$wpdb->usermeta} WHERE meta_key LIKE 'hookwright\\_%'"
            . " OR meta_key LIKE 'manage%\\_page\\_hookwright%columnshidden'");
    }

    /** @return list<string> the tables of the current site */
    public static function tables(): array
    {
        global $wpdb;
        $pattern = $wpdb->esc_like(Configuration::tablePrefix()) . '%';
        $found = (array) $wpdb->get_col($wpdb->prepare('SHOW TABLES LIKE %s', $pattern));

        return array_values(array_filter($found, 'is_string'));
    }

    /** Runs the work on each site of the network, or on the only one. */
    public static function onEachSite(\Closure $work): void
    {
        if (!is_multisite()) {
            $work();

            return;
        }
        foreach (get_sites(['fields' => 'ids', 'number' => 0, 'update_site_cache' => false]) as $id) {
            switch_to_blog((int) $id);
            try {
                $work();
            } finally {
                restore_current_blog();
            }
        }
    }
}
