<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests;

require_once __DIR__ . '/server.php';

const WOO = ['dialect' => 'woocommerce'];

test('the body is what the REST API shows, and headers and signature are those of WooCommerce', function (Ground $ground): void {
    $secret = 'a&amp;b&lt;c&#039;d';
    $id = $ground->webhook('shop', ['order.updated'], WOO + ['owner' => 'admin'], $secret);
    $order = $ground->shop('return wc_stub_new_order();');
    // In the name of a visitor, who may not read orders.
    $ground->shop("wc_stub_update_order({$order}, 'wc-processing');");
    [$request] = $ground->received('shop');
    $own = $ground->shop("
        \$webhook = new WC_Webhook();
        \$webhook->set_topic('order.updated');
        \$webhook->set_user_id(1);
        \$webhook->set_secret(" . var_export($secret, true) . ");
        \$request = \$webhook->request({$order});
        return [\$request, \$webhook->generate_signature(base64_decode('" . base64_encode($request['body']) . "'))];");
    [$expected, $signature] = $own;
    // WooCommerce escapes what JSON need not; what is signed is what is sent.
    same(json_decode($expected['body'], true), $request['data'], 'the body');
    same(json_encode($request['data']), json_encode(json_decode($expected['body'], true)), 'types and order');
    holds(str_contains($request['body'], '"rate":10,') && str_contains($request['body'], '"value":[]'), $request['body']);
    same($signature, $request['headers']['x-wc-webhook-signature'] ?? null, 'the signature');
    $headers = array_diff_key($request['headers'], array_flip(['host', 'content-length', 'accept', 'accept-encoding', 'connection']));
    same($expected['headers'], array_intersect_key($expected['headers'] + $headers, $expected['headers']));
    foreach ($expected['headers'] as $name => $value) {
        same($value, $headers[$name] ?? null, $name);
    }
    $rest = array_diff_key($headers, $expected['headers']);
    ksort($rest);
    same(['x-wc-webhook-delivery-id', 'x-wc-webhook-id', 'x-wc-webhook-signature'], array_keys($rest), 'no other headers');
    same([$id, 1], [$rest['x-wc-webhook-id'], preg_match('/^[0-9a-f]{32}$/', $rest['x-wc-webhook-delivery-id'])]);
});

test('an order is shown with the lines that it got after its hook, and once in a request', function (Ground $ground): void {
    $ground->webhook('shop', ['order.*'], WOO);
    $order = $ground->shop("
        \$id = wc_stub_new_order('wc-pending', ['Cup', 'Plate']);
        wc_stub_update_order(\$id, 'wc-processing');
        wc_stub_update_order(\$id, 'wc-completed');
        return \$id;");
    $received = $ground->received('shop');
    $seen = array_map(fn (array $one) => [$one['headers']['x-wc-webhook-topic'], count($one['data']['line_items']), $one['data']['status']], $received);
    sort($seen);
    same([['order.created', 2, 'completed'], ['order.updated', 2, 'completed']], $seen);
    $ground->shop("wc_stub_update_order({$order}, 'wc-refunded');");
    $ground->shop("wc_stub_update_order({$order}, 'wc-refunded');");
    same(["order.updated {$order}", "order.updated {$order}"], $ground->topics(), 'two requests are two events');
});

test('every topic has its hooks', function (Ground $ground): void {
    $ground->webhook('shop', ['order.*', 'product.*', 'coupon.*', 'customer.*'], WOO);
    // Of each: what runs in a request, and the event that it makes. All run in one process, which ends as many requests.
    $told = $ground->shop(<<<'PHP'
        $old = ['post_status' => 'publish', 'post_date' => '2020-01-01 00:00:00'];
        $order = wp_insert_post(['post_type' => 'shop_order'] + $old);
        $product = wp_insert_post(['post_type' => 'product'] + $old);
        $variation = wp_insert_post(['post_type' => 'product_variation'] + $old);
        $coupon = wp_insert_post(['post_type' => 'shop_coupon'] + $old);
        $fresh = wp_insert_post(['post_type' => 'product', 'post_status' => 'publish']);
        $customer = wp_insert_user(['user_login' => 'ada', 'user_pass' => 'x', 'role' => 'customer']);
        do_action('shutdown');
        $seen = [];
        add_filter('hookwright_payload', function ($data, string $topic) use (&$seen) {
            // WordPress's own events are another matter.
            if (str_contains($topic, '.') && !str_starts_with($topic, 'wordpress.')) {
                $seen[] = "{$topic} {$data['id']}";
            }

            return $data;
        }, 10, 2);
        $told = [];
        foreach ([
            [fn () => [do_action('woocommerce_new_order', $order)], "order.created $order"],
            [fn () => [do_action('woocommerce_update_order', $order)], "order.updated $order"],
            [fn () => [do_action('woocommerce_order_refunded', $order, 99)], "order.updated $order"],
            [fn () => [do_action('woocommerce_delete_order_refund', 99, $order), do_action('woocommerce_delete_order_refund', 99)], "order.updated $order"],
            [fn () => [do_action('woocommerce_trash_order', $order)], "order.deleted $order"],
            [fn () => [do_action('woocommerce_untrash_order', $order)], "order.restored $order"],
            [fn () => [do_action('woocommerce_new_product', $product)], "product.created $product"],
            [fn () => [do_action('woocommerce_new_product_variation', $variation)], "product.created $variation"],
            [fn () => [do_action('woocommerce_update_product', (string) $product), do_action('woocommerce_update_product', $product)], "product.updated $product"],
            [fn () => [do_action('woocommerce_update_product_variation', $variation)], "product.updated $variation"],
            [fn () => [do_action('woocommerce_product_published', $product)], "product.published $product"],
            [fn () => [do_action('woocommerce_new_coupon', $coupon)], "coupon.created $coupon"],
            [fn () => [do_action('woocommerce_update_coupon', $coupon)], "coupon.updated $coupon"],
            // One hook for both, told apart by the age of the post.
            [fn () => [do_action('woocommerce_process_product_meta', $product)], "product.updated $product"],
            [fn () => [do_action('woocommerce_process_product_meta', $fresh)], "product.created $fresh"],
            [fn () => [do_action('woocommerce_process_shop_coupon_meta', $coupon)], "coupon.updated $coupon"],
            // WordPress's own functions.
            [fn () => [wp_trash_post($order)], "order.deleted $order"],
            [fn () => [wp_untrash_post($order)], "order.restored $order"],
            [fn () => [wp_trash_post($product)], "product.deleted $product"],
            [fn () => [wp_untrash_post($product)], "product.restored $product"],
            [fn () => [wp_trash_post($coupon)], "coupon.deleted $coupon"],
            [fn () => [wp_untrash_post($coupon)], "coupon.restored $coupon"],
            [fn () => [wp_trash_post($variation)], "product.deleted $variation"],
            [fn () => [wp_untrash_post($variation)], "product.restored $variation"],
            [fn () => [do_action('woocommerce_created_customer', $customer, [], ''), do_action('woocommerce_new_customer', $customer)], "customer.created $customer"],
            [fn () => [wp_insert_user(['user_login' => 'bea', 'user_pass' => 'x', 'user_email' => 'b@example.test'])], "customer.created {new}"],
            [fn () => [wp_update_user(['ID' => $customer, 'first_name' => 'Ada']), do_action('woocommerce_update_customer', $customer)], "customer.updated $customer"],
            [fn () => [wp_delete_user($customer)], "customer.deleted $customer"],
        ] as [$request, $expected]) {
            $seen = [];
            $made = $request();
            do_action('shutdown');
            $told[] = [str_replace('{new}', is_int(end($made)) ? (string) end($made) : '', $expected), implode(', ', $seen)];
        }

        return $told;
        PHP);
    foreach ($told as [$expected, $seen]) {
        same($expected, $seen);
    }
    same([28, ''], [count($told), $ground->log()]);
    // They are sent, too; those of the beginning beside.
    $arrived = array_count_values($ground->topics('shop'));
    foreach (array_count_values(array_column($told, 0)) as $event => $count) {
        holds(($arrived[$event] ?? 0) >= $count, "{$event} arrives {$count} times");
    }
});

test('what means something else, or is not ready, is no event', function (Ground $ground): void {
    $ground->webhook('shop', ['order.*', 'product.*', 'coupon.*', 'customer.deleted'], WOO);
    $ground->shop("
        \$post = wp_insert_post(['post_type' => 'post', 'post_status' => 'publish', 'post_title' => 'p']);
        wp_trash_post(\$post);
        wp_untrash_post(\$post);
        do_action('woocommerce_trash_order', 0);
        do_action('woocommerce_trash_order', 'x');
        wp_delete_user(wp_insert_user(['user_login' => 'bob', 'user_pass' => 'x', 'role' => 'editor']));
        do_action('woocommerce_update_order', wp_insert_post(['post_type' => 'shop_order_refund', 'post_status' => 'publish']));
        do_action('woocommerce_update_order', 123456789);
        do_action('woocommerce_update_order', wp_insert_post(['post_type' => 'shop_order', 'post_status' => 'auto-draft']));
        do_action('woocommerce_update_product', wp_insert_post(['post_type' => 'product', 'post_status' => 'auto-draft']));
        do_action('woocommerce_update_product', null);
        do_action('woocommerce_update_product', ['a' => 1]);
        do_action('woocommerce_new_order');");
    same([[], ''], [$ground->topics(), $ground->log()]);
});

test('each webhook gets the resource in its version, once', function (Ground $ground): void {
    foreach ([1, 2, 3] as $version) {
        $ground->webhook("v{$version}", ['product.*'], WOO + ['payloadVersion' => $version, 'owner' => $version === 2 ? 'admin' : 'gone']);
    }
    $ground->webhook('standard', ['product.updated']);
    $id = $ground->shop("
        \$id = wp_insert_post(['post_type' => 'product', 'post_status' => 'publish', 'post_title' => 'Cup']);
        do_action('woocommerce_update_product', \$id);
        wp_trash_post(\$id);
        return \$id;");
    $received = [];
    foreach ($ground->received() as $one) {
        $received[$one['path']][] = $one['data'];
    }
    ksort($received);
    same(['/standard', '/v1', '/v2', '/v3'], array_keys($received));
    foreach ([1, 2, 3] as $version) {
        $shown = $ground->shop("wp_set_current_user(" . ($version === 2 ? 1 : 0) . "); return wc_stub_shown({$version}, 'product', {$id});");
        $shown['status'] = 'trash';
        same([true, 2], [in_array($shown, $received["/v{$version}"], true), count($received["/v{$version}"])], "version {$version}");
        same(true, in_array(['id' => $id], $received["/v{$version}"], true));
    }
    same(['product.updated', 3], [$received['/standard'][0]['type'], count(array_intersect_key($received['/standard'][0]['data'], ['id' => 1, 'meta_data' => 1, 'date_created_gmt' => 1]))]);
});

test('what cannot be stored at the moment reaches each webhook later, still once and in its version', function (Ground $ground): void {
    foreach ([2, 3] as $version) {
        $ground->webhook("v{$version}", ['product.updated'], WOO + ['payloadVersion' => $version]);
    }
    $events = "{\$GLOBALS['wpdb']->prefix}hookwright_events";
    $ground->run([], "\$GLOBALS['wpdb']->query(\"CREATE TRIGGER full BEFORE INSERT ON {$events} FOR EACH ROW
        SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213\");");
    $ground->shop("
        \$id = wp_insert_post(['post_type' => 'product', 'post_status' => 'publish', 'post_title' => 'Cup']);
        do_action('woocommerce_update_product', \$id);");
    $ground->run([], '$GLOBALS["wpdb"]->query("DROP TRIGGER full");');
    same(2, $ground->run([], 'hookwright()->publishWaiting(); return count(hookwright()->hookwright()->deliveries->find(
        new Hookwright\Deliveries\Query(Hookwright\Types\Scope::all(), new Hookwright\Types\Paging(1, 10)))->items);'));
    $received = array_map(fn (array $one) => [$one['path'], isset($one['data']['date_created_gmt'])], $ground->received());
    sort($received);
    same([['/v2', false], ['/v3', true]], $received);
});

test('beside a server, which asks no filter here, each webhook gets the resource once, in the newest version', function (Ground $ground): void {
    $server = Server::start();
    if ($server === null) {
        return;
    }
    try {
        $ground->shop($server->settings());
        foreach ([2, 3] as $version) {
            $ground->webhook("v{$version}", ['product.updated'], WOO + ['payloadVersion' => $version]);
        }
        $ground->shop("
            \$id = wp_insert_post(['post_type' => 'product', 'post_status' => 'publish', 'post_title' => 'Cup']);
            do_action('woocommerce_update_product', \$id);");
        $stored = $ground->run([], "return array_map(
            fn (\$one) => [\$one->topic, isset(json_decode((string) hookwright()->hookwright()->deliveries->get(
                Hookwright\\Types\\Scope::all(), \$one->id)->payload, true)['date_created_gmt'])],
            hookwright()->hookwright()->deliveries->find(
                new Hookwright\\Deliveries\\Query(Hookwright\\Types\\Scope::all(), new Hookwright\\Types\\Paging(1, 10)))->items);");
        same([['product.updated', true], ['product.updated', true]], $stored);
    } finally {
        $server->end();
    }
});

test('an action has its first argument, as it was, and a filter keeps its value', function (Ground $ground): void {
    $ground->webhook('shop', ['action.woocommerce_payment_complete', 'action.wc_price'], WOO);
    $ground->webhook('standard', ['action.woocommerce_payment_complete']);
    $seen = $ground->shop("
        \$cart = (object) ['total' => 5, 'note' => 'é/'];
        do_action('woocommerce_payment_complete', 727, 'txn');
        do_action('woocommerce_payment_complete', 727, 'other');
        do_action('woocommerce_payment_complete', \$cart);
        \$cart->total = 6;
        do_action('woocommerce_cart_emptied', 1);
        return [apply_filters('wc_price', '9.99', 'x'), wc_price_of_none()];
        function wc_price_of_none() { return apply_filters('wc_price', null); }");
    same(['9.99', null], $seen);
    $bodies = [];
    foreach ($ground->received() as $one) {
        $bodies[] = [$one['path'], $one['body']];
    }
    sort($bodies);
    same(4, count(array_filter($bodies, fn ($one) => $one[0] === '/shop')));
    holds(in_array(['/shop', '{"action":"woocommerce_payment_complete","arg":727}'], $bodies, true), json_encode($bodies));
    holds(in_array(['/shop', '{"action":"woocommerce_payment_complete","arg":{"total":5,"note":"é/"}}'], $bodies, true), json_encode($bodies));
    holds(in_array(['/shop', '{"action":"wc_price","arg":"9.99"}'], $bodies, true), json_encode($bodies));
    holds(in_array(['/shop', '{"action":"wc_price","arg":null}'], $bodies, true), json_encode($bodies));
    $standard = array_values(array_filter($bodies, fn ($one) => $one[0] === '/standard'));
    same([2, true], [count($standard), str_contains($standard[0][1], '"data":{"action":"woocommerce_payment_complete","arg":')]);
});

test('what nobody wants is not built, and the database is not asked before something happens', function (Ground $ground): void {
    $ground->webhook('shop', ['order.created'], WOO);
    $seen = $ground->shop("
        \$before = \$GLOBALS['wpdb']->num_queries;
        do_action('woocommerce_loaded');
        \$quiet = \$GLOBALS['wpdb']->num_queries - \$before;
        \$id = wc_stub_new_order();
        wc_stub_update_order(\$id, 'wc-processing');
        do_action('woocommerce_new_product', wp_insert_post(['post_type' => 'product', 'post_status' => 'publish']));
        do_action('shutdown');
        return [\$quiet, \$GLOBALS['wc_stub_asked'], \$id];");
    same([0, ["/wc/v3/orders/{$seen[2]}"], $seen[2]], $seen);
    same(["order.created {$seen[2]}"], $ground->topics());
});

test('the page goes on whatever fails, and the administrators are told', function (Ground $ground): void {
    $ground->webhook('shop', ['order.*'], WOO);
    $seen = $ground->shop("
        \$broken = wc_stub_new_order();
        update_post_meta(\$broken, 'broken', 1);
        \$gone = wc_stub_new_order();
        wp_delete_post(\$gone, true);
        \$whole = wc_stub_new_order();
        do_action('shutdown');
        return [\$whole, array_column(hookwright()->failures(), 'topic')];");
    same([["order.created {$seen[0]}"], ['order.created']], [$ground->topics(), $seen[1]]);
    holds(str_contains($ground->log(), 'the shop is broken'), $ground->log());
    // Nothing can be stored: the order is.
    $seen = $ground->shop("
        add_filter('hookwright_config', fn () => ['table-prefix' => 'NO PREFIX']);
        \$id = wc_stub_new_order();
        do_action('shutdown');
        return [get_post_type(\$id), array_column(hookwright()->failures(), 'topic')];");
    same(['shop_order', ['order.created', 'order.created']], $seen);
});

test('what other plugins have put into WooCommerce counts here', function (Ground $ground): void {
    $plugin = $ground->plugin(<<<'PHP'
        add_filter('woocommerce_webhook_topic_hooks', fn ($map) => $map + ['order.paid' => ['shop_paid'], 'subscription.ended' => ['shop_ended']]);
        add_filter('woocommerce_webhook_topics', fn ($topics) => $topics + ['order.paid' => 'Order paid']);
        add_filter('woocommerce_webhook_payload', fn ($payload, $resource, $id) => $resource === 'subscription' ? ['id' => $id] : $payload + ['extra' => true], 10, 3);
        add_filter('woocommerce_webhook_should_deliver', fn ($should, $webhook, $id) => match ([$webhook->get_topic(), $id]) {
            ['order.paid', (int) get_option('vetoed')] => false,
            ['order.deleted', (int) get_option('forced')] => true,
            default => $should,
        }, 10, 3);
        PHP);
    $stubs = [...Ground::SHOP, $plugin];
    same(['Order paid', 'Subscription ended'], $ground->run($stubs, "
        \$catalogue = hookwright()->hookwright()->catalogue;
        return [\$catalogue->get('order.paid')->title, \$catalogue->get('subscription.ended')->title];"));
    $ground->webhook('shop', ['order.paid', 'order.deleted', 'subscription.ended'], WOO, stubs: $stubs);
    [$id, $other] = $ground->run($stubs, "
        \$id = wc_stub_new_order();
        update_option('vetoed', wc_stub_new_order());
        update_option('forced', wp_insert_post(['post_title' => 'No order', 'post_status' => 'publish']));
        do_action('shop_paid', \$id);
        do_action('shop_paid', (int) get_option('vetoed'));
        do_action('shop_ended', 'sub-7');
        wp_trash_post((int) get_option('forced'));
        return [\$id, (int) get_option('forced')];");
    $received = array_map(fn (array $one) => [$one['headers']['x-wc-webhook-topic'], $one['data']['id'], $one['data']['extra'] ?? null], $ground->received());
    sort($received);
    same([['order.deleted', $other, null], ['order.paid', $id, true], ['subscription.ended', 'sub-7', null]], $received);
});

test('the map of hooks and the classes of newer versions of WooCommerce are used', function (Ground $ground): void {
    putenv('WC_STUB_TELLS_HOOKS=1');
    try {
        $stubs = ['wc-webhook', 'woocommerce', 'wc-container'];
        $ground->run($stubs, 'hookwright()->hookwright();');
        $ground->webhook('shop', ['order.*'], WOO, stubs: $stubs);
        $seen = $ground->run($stubs, "
            \$id = wc_stub_new_order();
            wc_stub_update_order(\$id, 'wc-processing');
            do_action('woocommerce_order_packed', \$id);
            do_action('shutdown');
            return [\$id, \$GLOBALS['wc_stub_util']];");
        same([["order.created {$seen[0]}", "order.packed {$seen[0]}"], 2], [$ground->topics(), $seen[1]]);
    } finally {
        putenv('WC_STUB_TELLS_HOOKS');
    }
});

test('a webhook for an action is noticed: at once after a change here, in a minute after one elsewhere', function (Ground $ground): void {
    $ground->shop("do_action('init');");
    $ground->webhook('shop', ['action.wc_packed'], WOO);
    $fire = fn (): mixed => $ground->shop("do_action('wc_packed', 7);");
    $arrived = fn (): array => array_column($ground->received(), 'body');
    $fire();
    same([], $arrived(), 'it was made elsewhere just now');
    $ground->run([], "update_option('hookwright_woocommerce_actions', ['at' => time() - 60, 'hooks' => []]);");
    $fire();
    same(['{"action":"wc_packed","arg":7}'], $arrived());
    $ground->run([], "update_option('hookwright_woocommerce_actions', ['at' => time(), 'hooks' => 'nonsense']);");
    $fire();
    same([], $arrived());
    // On a page of ours in wp-admin, and on the command line.
    $ground->shop("do_action('hookwright_webhooks_changed');");
    $fire();
    same(['{"action":"wc_packed","arg":7}'], $arrived());
    $ground->run([], "update_option('hookwright_woocommerce_actions', ['at' => time() + 3600, 'hooks' => []]);");
    $fire();
    same(1, count($arrived()), 'a clock that was wrong');
    foreach (["\$_SERVER['argv'] = ['wp', 'hookwright', 'create'];", "define('WP_ADMIN', true); \$_REQUEST['page'] = 'hookwright';"] as $request) {
        $fire();
        $stubs = str_contains($request, 'argv') ? ['wp-cli', ...Ground::SHOP] : Ground::SHOP;
        $ground->run($stubs, $request);
        same(false, $ground->run([], "return get_option('hookwright_woocommerce_actions');"), $request);
    }
});
