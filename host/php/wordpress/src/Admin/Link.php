<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin;

/** Addresses of the screens. They are not escaped: `esc_url` stands where they are written. */
final class Link
{
    public const WEBHOOKS = 'hookwright';
    public const DELIVERIES = 'hookwright-deliveries';
    public const TOPICS = 'hookwright-topics';
    public const SETTINGS = 'hookwright-settings';

    /** @param array<string, string|int> $arguments */
    public static function to(string $page, array $arguments = []): string
    {
        return add_query_arg(
            array_map(static fn ($value) => rawurlencode((string) $value), ['page' => $page] + $arguments),
            self_admin_url('admin.php'),
        );
    }

    /**
     * A link that changes something, with the nonce of what it does.
     *
     * @param array<string, string|int> $arguments
     */
    public static function doing(string $nonce, string $page, array $arguments): string
    {
        return self::to($page, $arguments + ['_wpnonce' => wp_create_nonce($nonce)]);
    }

    public static function webhook(string $id): string
    {
        return self::to(self::WEBHOOKS, ['action' => 'edit', 'webhook' => $id]);
    }

    public static function delivery(string $id): string
    {
        return self::to(self::DELIVERIES, ['delivery' => $id]);
    }

    public static function topic(string $name): string
    {
        return self::to(self::TOPICS, ['topic' => $name]);
    }

    /** Ends the request: the browser goes on there. */
    public static function follow(string $address): never
    {
        wp_safe_redirect($address);
        exit;
    }
}
