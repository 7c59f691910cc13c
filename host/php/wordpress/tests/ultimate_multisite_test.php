<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests;

const UM = ['dialect' => 'ultimate-multisite', 'standardHeaders' => false];

test('an event of Ultimate Multisite arrives once, as its webhooks send it', function (Ground $ground): void {
    $ground->webhook('net', ['payment_received'], UM);
    $ground->webhook('standard', ['payment_received']);
    $ground->network("
        wu_do_event('payment_received', ['payment_total' => '\$49.00', 'payment_total_raw' => 49.0, 'customer_name' => 'Zoë', 'rest' => []]);
        wu_do_event('site_published', ['site_id' => 1]);");
    $received = [];
    foreach ($ground->received() as $one) {
        $received[$one['path']][] = $one;
    }
    same([1, 1], [count($received['/net']), count($received['/standard'])]);
    same('{"payment_total":"$49.00","payment_total_raw":49,"customer_name":"Zoë","rest":[],"wu_version":"2.4.13"}', $received['/net'][0]['body']);
    same('application/json', $received['/net'][0]['headers']['content-type']);
    same(['payment_received', 'Zoë'], [$received['/standard'][0]['data']['type'], $received['/standard'][0]['data']['data']['customer_name']]);
});

test('two calls are two events, and a hook that is fired by itself is one', function (Ground $ground): void {
    $ground->webhook('net', ['payment_received', 'customer_created'], UM);
    $ground->network("
        wu_do_event('payment_received', ['n' => 1]);
        wu_do_event('payment_received', ['n' => 1]);
        do_action('wu_event_customer_created', ['n' => 2]);
        do_action('wu_event_customer_created', []);
        do_action('wu_event', 'payment_received', 'text');
        do_action('wu_event');
        wu_do_event('unheard_of', ['n' => 3]);");
    $bodies = array_column($ground->received(), 'body');
    sort($bodies);
    same(['{"n":1,"wu_version":"2.4.13"}', '{"n":1,"wu_version":"2.4.13"}', '{"n":2}'], $bodies);
});

test('event types that are only logged there are sent from here, once', function (Ground $ground): void {
    $ground->webhook('net', ['checkout_started', 'subsite_post_created'], UM);
    $ground->network("
        wu_create_event(['slug' => 'checkout_started', 'payload' => ['form_slug' => 'f', 'user_id' => 0]]);
        wu_create_event(['slug' => 'subsite_post_created', 'payload' => ['post_id' => 1, 'object_type' => 'site', 'object_id' => 3]]);
        wu_create_event(['slug' => 'changed', 'payload' => ['name' => 'x']]);
        // A later version may fire them.
        wu_do_event('checkout_started', ['form_slug' => 'g', 'user_id' => 1]);");
    $bodies = array_column($ground->received(), 'body');
    sort($bodies);
    same([
        '{"form_slug":"f","user_id":0,"wu_version":"2.4.13"}',
        '{"form_slug":"g","user_id":1,"wu_version":"2.4.13"}',
        '{"post_id":1,"wu_version":"2.4.13"}',
    ], $bodies);
});

test('event types of add-ons are topics, with their sample, and are sent', function (Ground $ground): void {
    $plugin = $ground->plugin(<<<'PHP'
        add_action('init', function () {
            $GLOBALS['made'] = 0;
            $sample = fn () => ['seat' => ++$GLOBALS['made'], 'at' => time()];
            wu_register_event_type('seat_taken', ['name' => '<b>Seat</b> taken', 'desc' => 'A seat.', 'payload' => $sample]);
            wu_register_event_type('no slug at all', ['name' => 'x', 'payload' => []]);
        }, 5);
        PHP);
    $stubs = [$plugin, 'ultimate-multisite'];
    $told = "
        \$topic = hookwright()->hookwright()->catalogue->get('seat_taken');
        return [\$topic->title, \$topic->description, json_decode(\$topic->sample, true)['seat'], \$GLOBALS['made']];";
    same(['Seat taken', 'A seat.', 1, 1], $ground->run($stubs, $told));
    same(['Seat taken', 'A seat.', 1, 0], $ground->run($stubs, $told), 'the sample is made once');
    $ground->webhook('net', ['seat_taken'], UM, stubs: $stubs);
    $ground->run($stubs, "wu_do_event('seat_taken', ['seat' => 7]);");
    same(['{"seat":7,"wu_version":"2.4.13"}'], array_column($ground->received(), 'body'));
});

test('nothing of it reaches the page when nothing can be stored', function (Ground $ground): void {
    $ground->webhook('net', ['payment_received'], UM);
    $told = $ground->network("
        add_filter('hookwright_config', fn () => ['table-prefix' => 'NO PREFIX']);
        \$done = wu_do_event('payment_received', ['n' => 1, 'bad' => \"\\xff\"]);
        return [\$done, array_column(hookwright()->failures(), 'topic')];");
    same([true, ['payment_received']], $told);
});
