<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin;

use Hookwright\WordPress\Site;

/** Who may see and change webhooks in wp-admin, and whether a change was asked for by one of its own forms. */
final class Access
{
    public static function isAllowed(): bool
    {
        return current_user_can(Site::CAPABILITY);
    }

    /**
     * Whether the user may decide which addresses this server calls. On a network that is no matter of a single site: its
     * receivers could be the network's own machines. And whoever is let in by `hookwright_capability` may manage webhooks, not
     * the server.
     */
    public static function mayReachInside(): bool
    {
        return current_user_can(is_multisite() ? 'manage_network_options' : 'manage_options');
    }

    /** Ends the request with 403 where the user may not. */
    public static function demand(): void
    {
        if (!self::isAllowed()) {
            wp_die(
                esc_html__('Sorry, you are not allowed to manage webhooks on this site.', 'hookwright'),
                esc_html__('Not allowed', 'hookwright'),
                ['response' => 403, 'back_link' => true],
            );
        }
    }

    /** Ends the request with 403 unless the user may, and the request carries the nonce of this action. */
    public static function demandFor(string $action): void
    {
        self::demand();
        check_admin_referer($action);
    }
}
