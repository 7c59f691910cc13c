<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

use Hookwright\DispatcherOptions;
use Hookwright\Exception\HookwrightException;
use Hookwright\Exception\NotAvailable;
use Hookwright\Sending\Summary;

/**
 * When PHP sends, and for how long: once the visitor has the page, where the server can be told that it is complete; and
 * by WP-Cron. No visitor waits for a receiver.
 */
final class Delivery
{
    public const EVERY_MINUTE = 'hookwright_every_minute';

    /** After a page: so long is claimed. What is under way then ends within its own time-out. */
    private const PAGE_SECONDS = 3.0;

    /** In WP-Cron, which has other things to do as well. */
    private const CRON_SECONDS = 20.0;

    private const PURGE_SECONDS = 20.0;

    /** Rows of deliveries that one step of cleaning removes. */
    private const PURGE_ROWS = 500;

    /** Processes of the web server that send at once, for one site: others are for visitors. */
    private const PAGES_AT_ONCE = 2;

    /** The longest time-out that the component lets a webhook have. */
    private const LONGEST_TIMEOUT_MS = 120_000;

    public static function register(Site $site): void
    {
        add_filter('cron_schedules', static function ($schedules) {
            $schedules = is_array($schedules) ? $schedules : [];
            $schedules[self::EVERY_MINUTE] = ['interval' => 60, 'display' => __('Once a minute', 'hookwright')];

            return $schedules;
        });
        add_action('hookwright_deliver', static function () use ($site): void {
            Loopback::dismiss();
            self::quietly(static fn () => $site->settings()->delivery === DeliveryMode::Worker
                // Who sends in its place may be no PHP, and know nothing of them.
                ? $site->publishWaiting()
                : self::deliver($site, self::CRON_SECONDS));
        });
        if (Loopback::isOne()) {
            add_action('wp_loaded', static function () use ($site): void {
                self::quietly(static fn () => self::onLoopback($site));
                exit;
            }, PHP_INT_MAX);
        }
        add_action('hookwright_purge', static fn () => self::quietly(static fn () => self::purge($site)));
        // After everybody else's, because the visitor has the page then.
        add_action('shutdown', static fn () => self::quietly(static fn () => self::afterPage($site)), PHP_INT_MAX);
    }

    /**
     * Sends what is due on the current site, and claims no more after so many seconds.
     *
     * @throws HookwrightException
     */
    public static function deliver(Site $site, float $seconds): Summary
    {
        $site->publishWaiting();
        // Hookwright is opened with the address of now.
        Relocation::notice();
        $hasMoved = Relocation::watch();
        $dispatcher = $site->hookwright()->dispatcher(self::options());
        $end = microtime(true) + $seconds;

        return $dispatcher->runOnce(0, static function () use ($dispatcher, $end, $hasMoved): void {
            if (microtime(true) >= $end || $hasMoved()) {
                $dispatcher->stop();
            }
        });
    }

    /**
     * How a site sends: with time for the longest request that a webhook may ask for.
     *
     * @param int $concurrency requests under way at once
     */
    public static function options(int $concurrency = 64): DispatcherOptions
    {
        return new DispatcherOptions(
            concurrency: $concurrency,
            longestTimeoutMs: self::LONGEST_TIMEOUT_MS,
            caFile: self::certificates(),
        );
    }

    /** Certificates to trust where PHP has none of its own: those that WordPress brings. */
    public static function certificates(): ?string
    {
        $known = [ini_get('curl.cainfo'), ini_get('openssl.cafile')];
        if (function_exists('openssl_get_cert_locations')) {
            $known[] = openssl_get_cert_locations()['default_cert_file'] ?? '';
        }
        foreach ($known as $file) {
            if (is_string($file) && $file !== '' && is_readable($file)) {
                return null;
            }
        }
        $brought = ABSPATH . WPINC . '/certificates/ca-bundle.crt';

        return is_dir('/etc/ssl/certs') || !is_readable($brought) ? null : $brought;
    }

    private static function afterPage(Site $site): void
    {
        // WP-CLI has no visitor, but somebody who waits for its end.
        if (defined('WP_CLI') && WP_CLI) {
            return;
        }
        foreach ($site->due() as $blog) {
            $isOther = is_multisite() && $blog !== get_current_blog_id();
            if ($isOther && get_site($blog) === null) {
                continue;
            }
            $isOther && switch_to_blog($blog);
            try {
                if ($site->isActiveHere() && !Installation::isEnded()) {
                    self::afterPageHere($site);
                }
            } finally {
                $isOther && restore_current_blog();
            }
        }
    }

    private static function afterPageHere(Site $site): void
    {
        if ($site->settings()->endpoint !== null) {
            // Whoever sends, nobody but this site can tell the server what waited for a commit.
            if (Waiting::count() > 0 && !$site->isInTransaction()) {
                self::finishPage();
                $site->publishWaiting();
            }

            return;
        }
        if ($site->settings()->delivery !== DeliveryMode::Auto) {
            return;
        }
        if (!wp_doing_cron() && !self::finishPage()) {
            if (!defined('DISABLE_WP_CRON') || !DISABLE_WP_CRON) {
                Loopback::send();
            }

            return;
        }
        // What is not committed yet may still be rolled back.
        if (!$site->isInTransaction()) {
            self::deliverInSlot($site);
        }
    }

    /** Anybody can ask for it, as for wp-cron.php itself. */
    private static function onLoopback(Site $site): void
    {
        $settings = $site->settings();
        if ($settings->delivery === DeliveryMode::Auto && $settings->endpoint === null) {
            Loopback::dismiss();
            self::deliverInSlot($site);
        }
    }

    private static function deliverInSlot(Site $site): void
    {
        $slot = self::takeSlot();
        if ($slot === null) {
            return;
        }
        try {
            self::deliver($site, self::PAGE_SECONDS);
        } finally {
            self::leaveSlot($slot);
        }
    }

    /** Tells the web server that the page is complete; false: it cannot be told. */
    private static function finishPage(): bool
    {
        static $isFinished = null;
        if ($isFinished !== null) {
            return $isFinished;
        }
        ignore_user_abort(true);
        // Others wait for the session.
        if (session_status() === PHP_SESSION_ACTIVE) {
            session_write_close();
        }

        // It answers with false where another plugin has told the server before.
        foreach (['fastcgi_finish_request', 'litespeed_finish_request'] as $word) {
            if (function_exists($word)) {
                $word();

                return $isFinished = true;
            }
        }

        return $isFinished = false;
    }

    /** @return string|null a lock of the database, by name; null: enough others send */
    private static function takeSlot(): ?string
    {
        global $wpdb;
        for ($number = 1; $number <= self::PAGES_AT_ONCE; $number++) {
            $name = 'hookwright-' . substr(sha1(DB_NAME . Configuration::tablePrefix()), 0, 20) . "-{$number}";
            // A server that knows no such locks answers with nothing, and gets no more than it asks for.
            if ($wpdb->get_var($wpdb->prepare('SELECT GET_LOCK(%s, 0)', $name)) !== '0') {
                return $name;
            }
        }

        return null;
    }

    private static function leaveSlot(string $slot): void
    {
        global $wpdb;
        $wpdb->get_var($wpdb->prepare('SELECT RELEASE_LOCK(%s)', $slot));
    }

    private static function purge(Site $site): void
    {
        $end = microtime(true) + self::PURGE_SECONDS;
        do {
            $removed = $site->hookwright()->lifecycle->purge(self::PURGE_ROWS);
        } while ($removed->more && microtime(true) < $end);
    }

    private static function quietly(\Closure $work): void
    {
        try {
            $work();
        } catch (NotAvailable) {
            // A notice says so to those who can change it; once a minute would be too often for the log.
        } catch (\Throwable $thrown) {
            error_log('hookwright: ' . preg_replace('/[[:cntrl:]]/', ' ', $thrown->getMessage()));
        }
    }
}
