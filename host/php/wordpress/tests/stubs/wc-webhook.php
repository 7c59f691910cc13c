<?php

declare(strict_types=1);

// A webhook of WooCommerce, as far as the bridge and the tests use it.

defined('ABSPATH') || exit;

abstract class WC_Webhook_Stub
{
    /** @var array<string, mixed> */
    private array $row = [
        'webhook_id' => 0,
        'status' => 'disabled',
        'topic' => '',
        'secret' => '',
        'user_id' => 0,
        'api_version' => 3,
    ];

    public function __construct(int $id = 0)
    {
        global $wpdb;
        $row = $id === 0 ? null : $wpdb->get_row("SELECT * FROM {$wpdb->prefix}wc_webhooks WHERE webhook_id = " . $id, ARRAY_A);
        $this->row = (is_array($row) ? $row : []) + $this->row;
    }

    public static function make_table(): void
    {
        global $wpdb;
        $wpdb->query("DROP TABLE IF EXISTS {$wpdb->prefix}wc_webhooks");
        $wpdb->query("CREATE TABLE {$wpdb->prefix}wc_webhooks (
            webhook_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, status varchar(200) NOT NULL, name text NOT NULL,
            user_id bigint unsigned NOT NULL, delivery_url text NOT NULL, secret text NOT NULL, topic varchar(200) NOT NULL,
            api_version smallint NOT NULL, failure_count smallint NOT NULL DEFAULT 0, pending_delivery tinyint NOT NULL DEFAULT 0)");
    }

    public function get_id(): int
    {
        return (int) $this->row['webhook_id'];
    }

    public function get_topic(): string
    {
        return $this->row['topic'];
    }

    public function get_status(): string
    {
        return $this->row['status'];
    }

    public function set_topic(string $topic): void
    {
        $this->row['topic'] = $topic;
    }

    public function set_status(string $status): void
    {
        $this->row['status'] = $status;
    }

    public function set_secret(string $secret): void
    {
        $this->row['secret'] = $secret;
    }

    public function set_user_id(int $id): void
    {
        $this->row['user_id'] = $id;
    }

    public function set_api_version(int $version): void
    {
        $this->row['api_version'] = $version;
    }

    public function save(): void
    {
        global $wpdb;
        $wpdb->update("{$wpdb->prefix}wc_webhooks", ['status' => $this->row['status']], ['webhook_id' => $this->get_id()]);
    }

    /** What the real one sends of an argument: the body, and all headers but those that tell ids. */
    public function request(mixed $argument): array
    {
        [$resource, $event] = explode('.', $this->get_topic(), 2);
        $user = get_current_user_id();
        wp_set_current_user((int) $this->row['user_id']);
        $response = rest_do_request(new WP_REST_Request('GET', "/wc/v{$this->row['api_version']}/{$resource}s/{$argument}"));
        $shown = json_decode((string) wp_json_encode(rest_get_server()->response_to_data($response, false)), true);
        wp_set_current_user($user);
        $payload = match (true) {
            $event === 'deleted' => ['id' => $argument],
            $resource === 'action' => ['action' => $event, 'arg' => $argument],
            default => $shown,
        };

        return [
            'body' => trim((string) wp_json_encode($payload)),
            'headers' => [
                'content-type' => 'application/json',
                'user-agent' => sprintf('WooCommerce/%s Hookshot (WordPress/%s)', WC_VERSION, $GLOBALS['wp_version']),
                'x-wc-webhook-source' => home_url('/'),
                'x-wc-webhook-topic' => $this->get_topic(),
                'x-wc-webhook-resource' => $resource,
                'x-wc-webhook-event' => $event,
            ],
        ];
    }

    public function generate_signature(string $body): string
    {
        return base64_encode(hash_hmac('sha256', $body, wp_specialchars_decode($this->row['secret'], ENT_QUOTES), true));
    }
}

// Newer versions of WooCommerce tell their map of hooks.
if (getenv('WC_STUB_TELLS_HOOKS')) {
    final class WC_Webhook extends WC_Webhook_Stub
    {
        /** @return array<string, list<string>> */
        public static function get_default_topic_hooks(): array
        {
            return ['order.created' => ['woocommerce_new_order'], 'order.packed' => ['woocommerce_order_packed']];
        }
    }
} else {
    final class WC_Webhook extends WC_Webhook_Stub
    {
    }
}
