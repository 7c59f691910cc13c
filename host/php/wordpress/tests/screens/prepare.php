<?php

declare(strict_types=1);

// Run inside the WordPress that the tests of the screens use: webhooks that WooCommerce once had, a filter, and a mistake.

require_once __DIR__ . '/../stubs/wc-webhook.php';

(static function (): void {
    global $wpdb;
    WC_Webhook::make_table();
    foreach ([['Old shop', 'a good secret'], ['Evil "><script>alert(1)</script>', 'short']] as [$name, $secret]) {
        $wpdb->insert("{$wpdb->prefix}wc_webhooks", [
            'name' => $name, 'status' => 'active', 'delivery_url' => 'https://shop.example.com/hook', 'secret' => $secret,
            'topic' => 'order.created', 'api_version' => 3, 'user_id' => 1,
        ]);
    }
})();

file_put_contents(WPMU_PLUGIN_DIR . '/hookwright-screens-test.php', '<?php add_filter("hookwright_capability",'
    . ' fn ($capability) => isset($_GET["whoever-edits"]) ? "edit_others_posts" : $capability);'
    . 'add_action("init", fn () => isset($_GET["publish-nonsense"]) && hookwright()->publish("no.such<script>alert(1)</script>", []));');
