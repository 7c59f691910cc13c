<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests\Screens;

use function Hookwright\WordPress\Tests\holds;
use function Hookwright\WordPress\Tests\same;
use function Hookwright\WordPress\Tests\test;

test('the delivery log is narrowed by state, webhook and topic, and leads to each delivery', function (Ground $ground): void {
    $log = fn (array $arguments = []) => $ground->admin->screen('hookwright-deliveries', $arguments);
    $page = $log();
    says($page, 'All (', 'Delivered (', 'Failed (', 'Test', 'order.updated');
    $all = names($page);
    same(['order.updated'], array_values(array_unique(names($log(['topic' => 'order.updated'])))));
    holds(count(names($log(['webhook' => $ground->kept['nobody']]))) >= 1, 'by webhook');
    holds(!$log(['webhook' => $ground->kept['nobody']])->says('order.updated'), 'and no others');
    same([], names($log(['state' => 'sending'])));
    $event = $ground->admin->get($page->link('event=evt_'));
    same(1, count(names($event)), 'deliveries of one event');

    $detail = $ground->admin->get($log(['topic' => 'order.updated'])->link('delivery=dlv_', 'page=hookwright-deliveries'));
    says($detail, 'Delivery of order.updated', 'Where it stands', 'Stock keeping', 'Attempt 1', '200', 'webhook-signature: v1,', '"total": 1.50');
    // The list goes on at a time: all of it is later than long ago, and nothing is later than tomorrow.
    $page = $log(['before' => '2001-01-01T00:00']);
    holds(preg_match('/[?&]paged=\d+/', $page->url) === 1, "a page: {$page->url}");
    same($all, names($log(['before' => date('Y-m-d\TH:i', time() + 86_400 * 2)])));
    same(200, $log(['before' => 'soon', 'state' => 'odd'])->status);
});

test('deliveries are sent again and cancelled, one or several', function (Ground $ground): void {
    $page = $ground->admin->screen('hookwright-deliveries', ['webhook' => $ground->kept['failing'], 'state' => 'exhausted']);
    $detail = $ground->admin->get($page->link('action=redeliver', 'delivery=dlv_'));
    says($detail, '1 delivery will be sent again within a minute.', 'Will be tried again', 'Cancel');
    $detail = $ground->admin->get($detail->link('action=cancel', 'delivery=dlv_'));
    says($detail, '1 delivery is cancelled.', 'Cancelled', 'Send again');
    preg_match('/delivery=(dlv_\w+)/', $detail->url, $id);
    $bulk = fn (string $action, array $ids) => $ground->admin->submit(
        $ground->admin->screen('hookwright-deliveries'),
        'id="cb-select-all-1"',
        ['action' => $action, 'deliveries' => $ids],
    );
    says($bulk('redeliver', [$id[1]]), '1 delivery will be sent again');
    says($bulk('cancel', [$id[1], 'dlv_00000000000000000000000000']), '1 delivery is cancelled.');
    says($bulk('cancel', [$id[1]]), 'cancelled');
    says($bulk('cancel', []), 'Choose deliveries first.');
    // Whoever filters has not asked for the action that is chosen beside it.
    $page = $ground->admin->submit($ground->admin->screen('hookwright-deliveries'), 'id="cb-select-all-1"', [
        'action' => 'redeliver', 'deliveries' => [$id[1]], 'webhook' => $ground->kept['failing'], 'filter_action' => 'Filter',
    ]);
    holds(!$page->says('will be sent again') && str_contains($page->url, 'filter_action'), "only the list is narrowed: {$page->words()}");
    says($page, 'Cancelled');
});

/** Who sends, as the settings say. */
function sender(Ground $ground, string $mode): void
{
    $page = $ground->admin->screen('hookwright-settings', ['tab' => 'settings']);
    says($ground->admin->submit($page, 'allow_addresses', ['delivery' => $mode]), 'The settings are saved.');
}

test('what failed in a span of time is recovered', function (Ground $ground): void {
    sender($ground, 'auto');
    $id = $ground->add('Down', '503', ['topics' => ['wordpress.option.updated'], 'retries' => '0s']);
    $ground->admin->submit($ground->admin->get('/wp-admin/options-general.php'), 'blogname', ['blogname' => 'Renamed']);
    $failed = fn () => $ground->admin->screen('hookwright-deliveries', ['webhook' => $id, 'state' => 'exhausted', 'topic' => 'wordpress.option.updated']);
    $end = microtime(true) + 30;
    while (names($failed()) === []) {
        holds(microtime(true) < $end, "the event is sent by itself: {$failed()->words()}");
        usleep(50_000);
    }
    sender($ground, 'worker');
    $recover = fn (array $fields) => $ground->admin->submit(
        $ground->admin->screen('hookwright-deliveries'),
        'name="since"',
        $fields,
    );
    says($recover(['webhook' => $ground->kept['failing']]), '0 deliveries will be sent again.');
    says($recover(['webhook' => $id]), '1 delivery will be sent again.');
    same([], names($failed()));
    says($recover(['since' => 'soon']), 'Write the time as a date and a time of day.');
    says($recover(['webhook' => 'wh_0000000000000000000000000a']), 'This webhook does not exist any more.');
});
