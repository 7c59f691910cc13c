<?php

declare(strict_types=1);

// What the bridge meets of Ultimate Multisite: its functions for events, and its hooks in their order.

defined('ABSPATH') || exit;

final class WU_Stub
{
    /** @var array<string, array<string, mixed>> */
    public static array $types = [];
}

function wu_get_version(): string
{
    return '2.4.13';
}

function wu_register_event_type(string $slug, array $type): bool
{
    WU_Stub::$types[$slug] = $type;

    return true;
}

/** @return array<string, array<string, mixed>> */
function wu_get_event_types(): array
{
    return WU_Stub::$types;
}

function wu_do_event(string $slug, array $payload): bool
{
    if (!isset(WU_Stub::$types[$slug])) {
        return false;
    }
    $payload['wu_version'] = wu_get_version();
    do_action('wu_event', $slug, $payload);
    do_action("wu_event_{$slug}", $payload);

    return wu_create_event(['slug' => strtolower($slug), 'payload' => $payload]);
}

/** A row of the log. */
function wu_create_event(array $row): bool
{
    $object = new class ($row) {
        public function __construct(private readonly array $row)
        {
        }

        public function get_payload(): mixed
        {
            return (object) $this->row['payload'];
        }
    };
    $stored = ['payload' => wp_json_encode($row['payload'])] + $row;
    do_action('wu_model_post_save', 'event', $stored, $row + ['id' => 0], $object);
    do_action('wu_event_post_save', $stored, $object, true);

    return true;
}

add_action('init', static function (): void {
    foreach (['payment_received', 'site_published', 'customer_created', 'checkout_started', 'subsite_post_created'] as $slug) {
        wu_register_event_type($slug, ['name' => ucwords(strtr($slug, '_', ' ')), 'desc' => '', 'payload' => []]);
    }
    // A webhook there is sent, which is logged under the name of the event.
    foreach (['payment_received', 'checkout_started'] as $slug) {
        $row = ['slug' => $slug, 'object_type' => 'webhook', 'payload' => ['message' => 'Sent']];
        add_action("wu_event_{$slug}", static fn () => wu_create_event($row));
    }
    do_action('wu_register_all_events');
});

/** The table of the network. */
function wu_stub_table(): void
{
    global $wpdb;
    $wpdb->query("DROP TABLE IF EXISTS {$wpdb->base_prefix}wu_webhooks");
    $wpdb->query("CREATE TABLE {$wpdb->base_prefix}wu_webhooks (
        id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, migrated_from_id bigint DEFAULT NULL, name varchar(191) NOT NULL,
        webhook_url varchar(191) NOT NULL, event varchar(40) NOT NULL, event_count int DEFAULT 0, active tinyint DEFAULT 1,
        hidden tinyint DEFAULT 0, integration varchar(191) NOT NULL)");
}
