<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

/**
 * Decides which change of the site's address is a move, and which a copy: where somebody changes it in WordPress, the site
 * has moved, and goes on sending. Where it is another one all of a sudden, the database is a copy, and Hookwright stops.
 */
final class Relocation
{
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
}
