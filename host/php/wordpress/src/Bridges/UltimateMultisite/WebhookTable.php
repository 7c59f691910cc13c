<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges\UltimateMultisite;

use Hookwright\Catalogue\NewTopic;
use Hookwright\WordPress\Bridges\Origin;
use Hookwright\WordPress\Bridges\Original;

/**
 * The webhooks of Ultimate Multisite, as its table of the network has them. It is read as it stands, because the functions
 * of Ultimate Multisite give no more than 100 of them.
 */
final class WebhookTable implements Origin
{
    public function name(): string
    {
        return 'ultimate-multisite';
    }

    public function title(): string
    {
        return 'Ultimate Multisite';
    }

    public function isThere(): bool
    {
        global $wpdb;

        // Its events go to the webhooks of the main site alone.
        return is_main_site() && $wpdb->get_var($wpdb->prepare('SHOW TABLES LIKE %s', $wpdb->esc_like(self::table()))) !== null;
    }

    /** They are the network's, and their receivers are told of all of its customers. */
    public function capability(): string
    {
        return is_multisite() ? 'manage_network_options' : 'manage_options';
    }

    public function originals(): array
    {
        global $wpdb;
        $rows = $wpdb->get_results(
            'SELECT id, name, webhook_url, event, active, integration FROM `' . self::table() . '` ORDER BY id',
            ARRAY_A,
        );

        return array_map(static fn (array $row): Original => new Original(
            source: 'ultimate-multisite',
            id: (int) $row['id'],
            name: (string) $row['name'],
            url: (string) $row['webhook_url'],
            topics: [(string) $row['event']],
            isActive: (int) $row['active'] === 1,
            dialect: 'ultimate-multisite',
            version: 2,
            madeBy: (string) $row['integration'],
            note: (int) $row['active'] === 1
                ? null
                : __('It is switched off there, and Ultimate Multisite sends it all the same.', 'hookwright'),
        ), is_array($rows) ? $rows : []);
    }

    public function topics(): array
    {
        $topics = [];
        foreach (UltimateMultisite::isActive() ? EventTypes::added([]) : [] as $slug => $told) {
            $topics[] = new NewTopic($slug, $told['title'], $told['description'], $told['group'], null, $told['sample']);
        }

        return $topics;
    }

    /** Removes it: one that is switched off is sent all the same (version 2.4.13). */
    public function stop(Original $original): void
    {
        global $wpdb;
        $webhook = function_exists('wu_get_webhook') ? wu_get_webhook($original->id) : false;
        $removed = is_object($webhook) ? $webhook->delete() : $wpdb->delete(self::table(), ['id' => $original->id], ['%d']);
        if (is_wp_error($removed)) {
            throw new \RuntimeException($removed->get_error_message());
        }
        if ($removed === false) {
            throw new \RuntimeException((string) $wpdb->last_error);
        }
    }

    private static function table(): string
    {
        global $wpdb;

        return $wpdb->base_prefix . 'wu_webhooks';
    }
}
