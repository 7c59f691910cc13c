<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges\WooCommerce;

use Hookwright\Catalogue\NewTopic;
use Hookwright\WordPress\Bridges\Origin;
use Hookwright\WordPress\Bridges\Original;
use Hookwright\WordPress\Site;

/** The webhooks of WooCommerce, as the table of the current site has them, be WooCommerce active or not. */
final class WebhookTable implements Origin
{
    public function name(): string
    {
        return 'woocommerce';
    }

    public function title(): string
    {
        return 'WooCommerce';
    }

    public function isThere(): bool
    {
        global $wpdb;

        return $wpdb->get_var($wpdb->prepare('SHOW TABLES LIKE %s', $wpdb->esc_like(self::table()))) !== null;
    }

    public function capability(): string
    {
        return Site::CAPABILITY;
    }

    public function originals(): array
    {
        global $wpdb;
        $rows = $wpdb->get_results(
            'SELECT webhook_id, status, name, user_id, delivery_url, secret, topic, api_version FROM `' . self::table()
                . '` ORDER BY webhook_id',
            ARRAY_A,
        );

        return array_map(self::original(...), is_array($rows) ? $rows : []);
    }

    public function topics(): array
    {
        $topics = [];
        foreach (WooCommerce::isActive() ? TopicHooks::added() : [] as $name => $title) {
            $topics[] = new NewTopic(name: $name, title: $title, group: 'woocommerce');
        }

        return $topics;
    }

    public function stop(Original $original): void
    {
        global $wpdb;
        if (function_exists('wc_get_webhook') && class_exists(\WC_Webhook::class)) {
            $webhook = wc_get_webhook($original->id);
            if (is_object($webhook)) {
                $webhook->set_status('paused');
                $webhook->save();
            }

            return;
        }
        $where = ['webhook_id' => $original->id];
        if ($wpdb->update(self::table(), ['status' => 'paused'], $where, ['%s'], ['%d']) === false) {
            throw new \RuntimeException((string) $wpdb->last_error);
        }
    }

    /** @param array<string, string|null> $row */
    private static function original(array $row): Original
    {
        $owner = get_userdata((int) $row['user_id']);
        $version = (int) $row['api_version'];

        return new Original(
            source: 'woocommerce',
            id: (int) $row['webhook_id'],
            name: (string) $row['name'],
            url: (string) $row['delivery_url'],
            topics: [(string) $row['topic']],
            isActive: $row['status'] === 'active',
            dialect: 'woocommerce',
            // The API that was before version 1 is gone.
            version: $version >= 1 && $version <= Representation::NEWEST ? $version : Representation::NEWEST,
            secret: (string) $row['secret'],
            owner: $owner === false ? null : $owner->user_login,
        );
    }

    private static function table(): string
    {
        global $wpdb;

        return $wpdb->prefix . 'wc_webhooks';
    }
}
