<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests\Screens;

use function Hookwright\WordPress\Tests\holds;
use function Hookwright\WordPress\Tests\same;
use function Hookwright\WordPress\Tests\test;

/**
 * Everything that changes something: method, address, fields; without a nonce.
 *
 * @return list<array{string, string, array<string, mixed>}>
 */
function changes(Ground $ground): array
{
    $id = $ground->kept['id'];
    $delivery = 'dlv_00000000000000000000000000';
    $webhook = fn (array $arguments) => Browser::address('hookwright', $arguments);
    $deliveries = fn (array $arguments) => Browser::address('hookwright-deliveries', $arguments);
    $settings = fn (array $arguments) => Browser::address('hookwright-settings', $arguments);

    return [
        ['post', $webhook(['action' => 'new']), ['webhook_name' => 'Forged', 'url' => $ground->url('ok'), 'topics' => ['order.created']]],
        ['post', $webhook(['action' => 'edit', 'webhook' => $id]), ['webhook_name' => 'Forged', 'url' => $ground->url('ok'), 'which' => 'all']],
        ['post', $webhook(['action' => 'rotate', 'webhook' => $id]), ['overlap' => '0']],
        ['post', $webhook(['action' => 'test', 'webhook' => $id]), ['topic' => 'order.created']],
        ['get', $webhook(['action' => 'pause', 'webhook' => $id]), []],
        ['get', $webhook(['action' => 'activate', 'webhook' => $id]), []],
        ['get', $webhook(['action' => 'delete', 'webhook' => $id]), []],
        ['get', $webhook(['action' => 'delete', 'webhooks' => [$id]]), []],
        ['get', $deliveries(['action' => 'redeliver', 'delivery' => $delivery]), []],
        ['get', $deliveries(['action' => 'cancel', 'deliveries' => [$delivery]]), []],
        ['post', $deliveries(['action' => 'recover']), ['since' => '2001-01-01T00:00']],
        ['post', $settings(['tab' => 'settings']), ['delivery' => 'auto', 'allow_http' => '1']],
        ['post', $settings(['tab' => 'import']), ['origin' => 'woocommerce', 'step' => 'take-over']],
        ['post', $settings(['action' => 'stop']), ['reason' => 'Forged']],
        ['post', $settings(['action' => 'resume']), []],
        ['post', $settings(['action' => 'forget']), []],
        ['post', Browser::address('hookwright-topics', ['topic' => 'coupon.created']), ['dedupe_window' => '1s']],
        ['get', Browser::address('hookwright-topics', ['action' => 'document', 'format' => 'json']), []],
    ];
}

function unchanged(Ground $ground, string $before): void
{
    $edit = $ground->admin->screen('hookwright', ['action' => 'edit', 'webhook' => $ground->kept['id']]);
    same($before, json_encode($edit->form('webhook_name')[2]), 'the webhook is as it was');
    holds(!in_array('Forged', names($ground->admin->screen('hookwright')), true), 'nothing is added');
    says($ground->admin->screen('hookwright-settings'), 'In order', 'a process of its own');
    same([], $ground->received(), 'nothing is sent');
}

/** The webhook's form, without what is new on every page. */
function asItIs(Ground $ground): string
{
    $edit = $ground->admin->screen('hookwright', ['action' => 'edit', 'webhook' => $ground->kept['id']]);

    return (string) json_encode($edit->form('webhook_name')[2]);
}

test('without a nonce, or with another one, nothing changes', function (Ground $ground): void {
    $ground->received();
    $before = asItIs($ground);
    $other = $ground->admin->screen('hookwright-settings')->form('name="reason"')[2]['_wpnonce'];
    foreach (changes($ground) as [$method, $address, $fields]) {
        foreach ([[], ['_wpnonce' => 'x'], ['_wpnonce' => $other]] as $nonce) {
            if ($nonce === ['_wpnonce' => $other] && str_contains($address, 'action=stop')) {
                continue;
            }
            $page = $method === 'post'
                ? $ground->admin->post($address, $fields + $nonce)
                : $ground->admin->get($address . ($nonce === [] ? '' : '&' . http_build_query($nonce)));
            same(403, $page->status, "{$method} {$address}: {$page->words()}");
        }
    }
    unchanged($ground, $before);
});

test('an editor sees nothing and changes nothing, with a stolen nonce neither', function (Ground $ground): void {
    $page = $ground->admin->get('/wp-admin/user-new.php');
    $ground->admin->submit($page, 'user_login', [
        'user_login' => 'edith', 'email' => 'edith@example.test', 'pass1' => 'a-long-password-9', 'pass2' => 'a-long-password-9',
        'role' => 'editor', 'send_user_notification' => '0', 'createuser' => 'Add New User',
    ]);
    $ground->editor->logIn('edith', 'a-long-password-9');
    $ground->received();
    $before = asItIs($ground);
    $dashboard = $ground->editor->get('/wp-admin/');
    holds(!$dashboard->hasLink('page=hookwright'), 'no menu');
    foreach (['hookwright', 'hookwright-deliveries', 'hookwright-topics', 'hookwright-settings'] as $screen) {
        same(403, $ground->editor->screen($screen)->status, $screen);
    }
    $nonce = ['_wpnonce' => $ground->admin->screen('hookwright', ['action' => 'new'])->form('webhook_name')[2]['_wpnonce']];
    foreach (changes($ground) as [$method, $address, $fields]) {
        $page = $method === 'post'
            ? $ground->editor->post($address, $fields + $nonce)
            : $ground->editor->get($address . '&' . http_build_query($nonce));
        same(403, $page->status, "{$method} {$address}: {$page->words()}");
    }
    same(403, $ground->editor->get('/wp-admin/admin-ajax.php?action=hookwright_topic&topic=order.created')->status);
    $visitor = new Browser($ground->admin->home);
    holds(str_contains($visitor->screen('hookwright')->url, 'wp-login.php'), 'a visitor has to log in');
    unchanged($ground, $before);
});

test('the filter hookwright_capability gives the right to others', function (Ground $ground): void {
    // What prepare.php has put there gives it where the address says so.
    same(200, $ground->editor->screen('hookwright', ['whoever-edits' => '1'])->status);
    same(403, $ground->editor->screen('hookwright')->status);
});
