<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests\Screens;

use function Hookwright\WordPress\Tests\holds;
use function Hookwright\WordPress\Tests\same;
use function Hookwright\WordPress\Tests\test;

test('what is wrong stands beside its field, with what was written, and nothing is made', function (Ground $ground): void {
    $before = names($ground->admin->screen('hookwright'));
    $page = $ground->admin->screen('hookwright', ['action' => 'new']);
    $page = $ground->admin->submit($page, 'webhook_name', [
        'webhook_name' => 'Wrong ' . Ground::EVIL,
        'url' => 'ftp://evil.example/"><script>alert(1)</script>',
        'topics' => ['order.created'],
        'more_topics' => "no.such.topic\nwith space",
        'header_names' => ['Host', 'X ' . Ground::EVIL],
        'header_values' => ['evil.example', Ground::EVIL],
        'secret' => 'short',
        'filter' => 'data.total >',
    ]);
    says(
        $page,
        'Nothing is saved yet.',
        'A URL begins with https://',
        'no.such.topic is not in the catalogue',
        'is set by the sender itself',
        'expected data, topic',
    );
    same(5, preg_match_all('/class="hookwright-problem" id="hookwright-(url|topics|headers|filter|secret)-problem"/', $page->text));
    holds(str_contains($page->text, 'aria-invalid="true"'), 'fields are marked for those who cannot see');
    holds(!str_contains($page->text, '<script>alert'), 'what was written is only text');
    $fields = $page->form('webhook_name')[2];
    same(
        ['Wrong ' . Ground::EVIL, 'ftp://evil.example/"><script>alert(1)</script>', ['order.created'], 'Host'],
        [$fields['webhook_name'], $fields['url'], $fields['topics'], $fields['header_names'][0]],
        'it can be mended',
    );
    same($before, names($ground->admin->screen('hookwright')));

    $page = $ground->admin->submit($page, 'webhook_name', ['topics' => [], 'more_topics' => '', 'timeout' => 'x', 'rate' => '-1', 'retries' => 'soon']);
    says($page, 'Choose at least one topic', 'Write a number of seconds', 'Write a whole number', 'Write lengths of time');
    $page = $ground->admin->submit($page, 'webhook_name', [
        'topics' => ['order.created'], 'url' => 'https://10.0.0.1/', 'timeout' => '300', 'rate' => '5000', 'retries' => '0s',
        'header_names' => [], 'header_values' => [], 'secret' => '', 'filter' => '', 'payload_version' => '3',
    ]);
    says($page, '10.0.0.1', '120000', '1 to 1000', 'has no version 3');
    same($before, names($ground->admin->screen('hookwright')));
});

test('a webhook is changed with all that it has, and stored headers stay unless they are replaced', function (Ground $ground): void {
    $id = $ground->add('Changing', 'ok', [
        'header_names' => ['Authorization', ''], 'header_values' => ['Bearer a-secret-value', ''],
        'filter' => 'data.total >= 100', 'timeout' => '2.5', 'rate' => '7', 'retries' => '0s, 90s, 2h', 'format' => 'form',
    ]);
    $edit = fn () => $ground->admin->screen('hookwright', ['action' => 'edit', 'webhook' => $id]);
    $page = $edit();
    holds(!str_contains($page->text, 'a-secret-value'), 'values of headers are not read back');
    says($page, 'Keep what is stored: authorization', 'As it is: form');
    $fields = $page->form('webhook_name')[2];
    same(
        ['data.total >= 100', '2.5', '7', '0s, 90s, 2h', 'keep'],
        [$fields['filter'], $fields['timeout'], $fields['rate'], $fields['retries'], $fields['headers']],
    );
    $page = $ground->admin->submit($page, 'webhook_name', [
        'webhook_name' => 'Changed', 'which' => 'all', 'filter' => '', 'timeout' => '', 'rate' => '', 'retries' => '', 'status' => 'paused',
        'description' => "Two\nlines", 'format' => 'json',
    ]);
    says($page, 'The webhook is saved.', 'Keep what is stored: authorization', 'As it is: json', 'Paused');
    $fields = $page->form('webhook_name')[2];
    same(
        ['Changed', 'all', '', '', '', '', 'paused', "Two\nlines"],
        [$fields['webhook_name'], $fields['which'], $fields['filter'], $fields['timeout'], $fields['rate'], $fields['retries'],
            $fields['status'], str_replace("\r", '', $fields['description'])],
    );
    $page = $ground->admin->submit($page, 'webhook_name', ['headers' => 'replace', 'header_names' => ['X-Other'], 'header_values' => ['1']]);
    says($page, 'The webhook is saved.', 'Keep what is stored: x-other');

    $stale = $edit();
    $ground->admin->submit($edit(), 'webhook_name', ['webhook_name' => 'First']);
    $page = $ground->admin->submit($stale, 'webhook_name', ['webhook_name' => 'Second']);
    says($page, 'Somebody else has changed this webhook meanwhile; nothing is saved.');
    says($edit(), 'Webhook “First”');
    says($ground->admin->get($edit()->link('action=delete', $id)), '1 webhook is deleted.');
});

test('names, URLs, headers and answers of an enemy are only text on every screen', function (Ground $ground): void {
    $id = $ground->add('Evil ' . Ground::EVIL, '500?' . rawurlencode(Ground::EVIL), ['description' => Ground::EVIL, 'owner' => Ground::EVIL]);
    $page = $ground->admin->screen('hookwright', ['action' => 'test', 'webhook' => $id]);
    $page = $ground->admin->submit($page, 'data-test', ['topic' => 'order.created', 'data' => json_encode(['x' => '</pre>' . Ground::EVIL])]);
    says($page, '500 The receiver has failed.', Ground::EVIL);
    preg_match('/delivery=(dlv_\w+)/', $page->url, $delivery);
    $evil = Ground::EVIL;
    $addresses = [
        $page->url,
        Browser::address('hookwright'),
        Browser::address('hookwright', ['s' => $evil]),
        Browser::address('hookwright', ['topic' => $evil, 'status' => $evil, 'orderby' => $evil]),
        Browser::address('hookwright', ['action' => 'edit', 'webhook' => $id]),
        Browser::address('hookwright', ['action' => 'edit', 'webhook' => $evil]),
        Browser::address('hookwright', ['action' => 'new', 'topic' => [$evil]]),
        Browser::address('hookwright-deliveries'),
        Browser::address('hookwright-deliveries', ['topic' => $evil, 'webhook' => $evil, 'event' => $evil]),
        Browser::address('hookwright-deliveries', ['delivery' => $delivery[1]]),
        Browser::address('hookwright-topics', ['s' => $evil, 'source' => $evil, 'group' => $evil]),
        Browser::address('hookwright-topics', ['topic' => $evil]),
        Browser::address('hookwright-settings', ['tab' => $evil]),
    ];
    foreach ($addresses as $address) {
        $page = $ground->admin->get($address);
        same(200, $page->status, $address);
        holds(!str_contains($page->text, '<script>alert') && !str_contains($page->text, '<img src=x'), "{$address} is only text");
        holds(str_contains($page->text, '</html>'), "{$address} is whole");
    }
    // WordPress itself warns of lists in `s` and `orderby`.
    foreach (["\0", "\xff\xfe", str_repeat('x', 300), ['a', ['b']]] as $odd) {
        $texts = is_array($odd) ? [] : ['s' => $odd, 'orderby' => $odd];
        $texts += ['status' => $odd, 'state' => $odd, 'topic' => $odd, 'before' => $odd, 'event' => $odd, 'source' => $odd, 'group' => $odd];
        foreach (['hookwright', 'hookwright-deliveries', 'hookwright-topics'] as $screen) {
            same(200, $ground->admin->get(Browser::address($screen, $texts))->status, "{$screen} takes anything");
        }
        foreach (['action' => $odd, 'webhook' => $odd, 'delivery' => $odd] as $name => $value) {
            same(200, $ground->admin->get(Browser::address('hookwright', ['action' => 'edit', $name => $value]))->status, "{$name} may be anything");
        }
    }
    $ground->admin->get($ground->admin->screen('hookwright', ['s' => 'Evil'])->link('action=delete', $id));
});
