<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

/**
 * Decides which change of the site's address is a move, and which a copy: where somebody changes it in WordPress, the site
 * has moved, and goes on sending. Where it is another one all of a sudden, the database is a copy, and Hookwright stops.
 *
 * A process that was at work before the move knows the former address: it looks at the table between two claims, since to claim
 * in the former's name would look like a copy.
 */
final class Relocation
{
    /** How often a process that sends looks: about as often as it claims. */
    private const LOOK_SECONDS = 0.05;

    public static function register(Site $site): void
    {
        add_action('update_option_siteurl', static function () use ($site): void {
            if (!Installation::isCurrent()) {
                return;
            }
            try {
                $lifecycle = $site->hookwright()->lifecycle;
                // What a person has stopped stays stopped.
                if ($lifecycle->stats()->stopped === null) {
                    $lifecycle->resume();
                }
            } catch (\Throwable $thrown) {
                error_log("hookwright: the site's new address is not known: {$thrown->getMessage()}");
            }
        });
    }

    /** @return \Closure(): bool whether the site has moved since this process has last looked; its address is read anew then */
    public static function watch(): \Closure
    {
        [$lookAt, $hasMoved] = [0.0, false];

        return static function () use (&$lookAt, &$hasMoved): bool {
            if (!$hasMoved && microtime(true) >= $lookAt) {
                $lookAt = microtime(true) + self::LOOK_SECONDS;
                $hasMoved = self::notice();
            }

            return $hasMoved;
        };
    }

    /** Reads the address anew where it is another one than this process knows, and says whether it was. */
    public static function notice(): bool
    {
        global $wpdb;
        $known = wp_load_alloptions()['siteurl'] ?? '';
        $now = $wpdb->get_var("SELECT option_value FROM {$wpdb->options} WHERE option_name = 'siteurl'");
        if (!is_string($now) || $now === $known) {
            return false;
        }
        wp_cache_delete('alloptions', 'options');

        // Another plugin may show a different one than the table has, and always the same.
        return (wp_load_alloptions()['siteurl'] ?? '') !== $known;
    }
}
