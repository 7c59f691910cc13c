<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests;

/** What `wp hookwright import` writes, and its exit code; one request, with a stub of WP-CLI. */
function import(Ground $ground, string $arguments, string $options): array
{
    $log = json_encode($ground->run(['wp-cli', ...Ground::SHOP], "
        try {
            (WP_CLI::\$commands['hookwright import'])([{$arguments}], [{$options}]);
        } catch (WP_CLI_Ended) {
        }
        return WP_CLI::\$told;"));

    return json_decode((string) $log, true);
}

/** Rows of `registry.find`, short. */
const WEBHOOKS = '
    $page = hookwright()->hookwright()->registry->find(new Hookwright\Registry\Query(Hookwright\Types\Scope::all(),
        Hookwright\Registry\Sort::Name, false, new Hookwright\Types\Paging(1, 100)));
    return array_map(fn ($one) => [$one->name, $one->integration, $one->status->value, $one->topics, $one->dialect,
        $one->payloadVersion, $one->owner], $page->items);';

test('webhooks of WooCommerce are copied, and taken over later, and nothing is sent twice', function (Ground $ground): void {
    $ground->shop("
        WC_Webhook::make_table();
        global \$wpdb;
        \$url = '{$ground->url('shop')}';
        foreach ([
            ['A', 'active', \$url, 'a&amp;lt;b secret', 'order.updated', 2, 1],
            ['B', 'paused', \$url, 'another secret', 'product.created', 3, 0],
            ['', 'active', \$url, 'short', 'action.woocommerce_payment_complete', -1, 1],
            ['D', 'active', 'http://user:word@127.0.0.1/', 'long enough', 'order.created', 3, 1],
            ['E', 'active', \$url, 'long enough', 'order.exploded', 3, 1],
        ] as [\$name, \$status, \$to, \$secret, \$topic, \$version, \$user]) {
            \$wpdb->insert(\$wpdb->prefix . 'wc_webhooks', ['name' => \$name, 'status' => \$status, 'delivery_url' => \$to,
                'secret' => \$secret, 'topic' => \$topic, 'api_version' => \$version, 'user_id' => \$user]);
        }");
    $told = import($ground, "'woocommerce'", "'dry-run' => true");
    same(["woocommerce.1\tfound\torder.updated\t{$ground->url('shop')}", 'Success: 5 webhooks of WooCommerce.'], [$told[0], $told[5]]);
    same([], $ground->run([], WEBHOOKS), 'a dry run writes nothing');

    $told = import($ground, "'woocommerce'", '');
    same(1, preg_match('/^woocommerce.1\tcopied\twh_\w+\torder.updated\t/', $told[0]), $told[0]);
    same(1, preg_match('/^woocommerce.3\tcopied\t.*a new one\.\tsecret \S{20,}$/', $told[2]), $told[2]);
    same([1, 1], [preg_match('/^woocommerce.4\trefused\t.*url: /', $told[3]), preg_match('/^woocommerce.5\trefused\t.*topics\[0\]: /', $told[4])], "{$told[3]} {$told[4]}");
    same('Warning: 2 of 5 webhooks of WooCommerce have no copy.', $told[5]);
    $copies = $ground->run([], WEBHOOKS);
    same([
        ['A', 'woocommerce.1', 'paused', ['order.updated'], 'woocommerce', 2, 'admin'],
        ['B', 'woocommerce.2', 'paused', ['product.created'], 'woocommerce', 3, null],
    ], array_slice($copies, 0, 2));
    same(['woocommerce.3', 'paused', 3], [$copies[2][1], $copies[2][2], $copies[2][5]]);

    foreach ([1, 2] as $time) {
        $told = import($ground, "'woocommerce'", "'take-over' => true");
        same(1, preg_match($time === 1 ? '/^woocommerce.1\ttaken-over\t/' : '/^woocommerce.1\tpresent\t/', $told[0]), $told[0]);
        same(['active', 'paused', 'active'], array_column($ground->run([], WEBHOOKS), 2), 'who was paused stays so');
        $statuses = $ground->run([], 'return $GLOBALS["wpdb"]->get_col("SELECT status FROM {$GLOBALS["wpdb"]->prefix}wc_webhooks ORDER BY webhook_id");');
        same(['paused', 'paused', 'paused', 'active', 'active'], $statuses, 'the originals');
    }
    // The receiver verifies with the secret that it has: without the entities of the stored one, which are undone once.
    $order = $ground->shop("\$id = wc_stub_new_order(); wc_stub_update_order(\$id, 'wc-processing'); return \$id;");
    [$request] = $ground->received();
    $signature = base64_encode(hash_hmac('sha256', $request['body'], 'a&lt;b secret', true));
    same([$order, $signature, false], [$request['data']['id'], $request['headers']['x-wc-webhook-signature'], isset($request['data']['date_created_gmt'])]);
    same('1', $request['headers']['x-wc-webhook-id'], 'the number that it knows');
});

test('an import names what it cannot do', function (Ground $ground): void {
    same(['Error: There are no webhooks of another plugin on this site.'], import($ground, "'woocommerce'", ''));
    $ground->shop('WC_Webhook::make_table();');
    same(['Error: Name a plugin whose webhooks are on this site: woocommerce.'], import($ground, "'edd'", ''));
    same(['Success: 0 webhooks of WooCommerce.'], import($ground, "'woocommerce'", ''));
});

test('webhooks of Ultimate Multisite are taken over in one step, and removed there', function (Ground $ground): void {
    $ground->network("
        wu_stub_table();
        global \$wpdb;
        foreach ([['Zap', 'payment_received', 1, 'zapier'], ['Off', 'site_published', 0, 'manual']] as [\$name, \$event, \$active, \$by]) {
            \$wpdb->insert(\$wpdb->base_prefix . 'wu_webhooks', ['name' => \$name, 'webhook_url' => '{$ground->url('net')}/' . \$name,
                'event' => \$event, 'active' => \$active, 'integration' => \$by]);
        }
        // More than Ultimate Multisite itself looks at.
        for (\$i = 0; \$i < 110; \$i++) {
            \$wpdb->insert(\$wpdb->base_prefix . 'wu_webhooks', ['name' => 'n' . \$i, 'webhook_url' => '{$ground->url('many')}',
                'event' => 'customer_created', 'active' => 0, 'integration' => 'manual']);
        }");
    $told = import($ground, "'ultimate-multisite'", "'take-over' => true");
    same(1, preg_match('/^ultimate-multisite.1\ttaken-over\twh_/', $told[0]), $told[0]);
    same(1, preg_match('/^ultimate-multisite.2\tcopied\twh_.*\tIt is switched off there/', $told[1]), $told[1]);
    same('Success: 112 webhooks of Ultimate Multisite.', $told[112]);
    same([111, '0'], $ground->run([], 'return [(int) $GLOBALS["wpdb"]->get_var("SELECT COUNT(*) FROM {$GLOBALS["wpdb"]->base_prefix}wu_webhooks"),
        $GLOBALS["wpdb"]->get_var("SELECT COUNT(*) FROM {$GLOBALS["wpdb"]->base_prefix}wu_webhooks WHERE id = 1")];'));
    $ground->network("wu_do_event('payment_received', ['payment_id' => 5]); wu_do_event('site_published', ['site_id' => 5]);");
    $received = $ground->received();
    same([['/net/Zap', '{"payment_id":5,"wu_version":"2.4.13"}']], array_map(fn (array $one) => [$one['path'], $one['body']], $received));
    same([], preg_grep('/webhook|signature/', array_keys($received[0]['headers'])), 'nothing is told beside the body, as there');
});
