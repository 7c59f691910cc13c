<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin;

use Hookwright\WordPress\Delivery;
use Hookwright\WordPress\DeliveryMode;
use Hookwright\WordPress\Site;

/** What a person has made due does not wait for the next minute: WP-Cron looks for it with the page that follows. */
final class DeliverSoon
{
    public static function ask(Site $site): void
    {
        if ($site->settings()->delivery !== DeliveryMode::Worker && wp_next_scheduled(Delivery::SOON) === false) {
            wp_schedule_single_event(time(), Delivery::SOON);
        }
    }
}
