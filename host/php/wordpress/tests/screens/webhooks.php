<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests\Screens;

use function Hookwright\WordPress\Tests\holds;
use function Hookwright\WordPress\Tests\same;
use function Hookwright\WordPress\Tests\test;

/** Names in the list, as it stands. @return list<string> */
function names(Page $page): array
{
    preg_match_all('/class="row-title">([^<]*)</', $page->text, $found);

    return array_map(static fn (string $name) => html_entity_decode($name, ENT_QUOTES | ENT_HTML5), $found[1]);
}

test('a webhook is added, and its secret is shown this once', function (Ground $ground): void {
    $ground->kept['id'] = $id = $ground->add('Stock keeping', 'ok', ['topics' => ['order.*', 'product.created'], 'description' => 'For the store']);
    $secret = $ground->kept['secret of Stock keeping'];
    holds(preg_match('#^whsec_[A-Za-z0-9+/=]{32,}$#', $secret) === 1, "a secret: {$secret}");
    $edit = $ground->admin->screen('hookwright', ['action' => 'edit', 'webhook' => $id]);
    holds(!str_contains($edit->text, $secret), 'the secret is not shown again');
    $fields = $edit->form('webhook_name')[2];
    same(
        ['Stock keeping', $ground->url('ok'), ['order.*', 'product.created'], 'some', 'For the store', 'active', $ground->name],
        [$fields['webhook_name'], $fields['url'], $fields['topics'], $fields['which'], $fields['description'], $fields['status'], $fields['owner']],
    );
    same(['Stock keeping'], names($ground->admin->screen('hookwright')));
});

test('the list is searched, sorted, narrowed by tabs, and turned', function (Ground $ground): void {
    $ground->kept['failing'] = $ground->add('Failing', '500', ['topics' => ['order.created']]);
    $ground->kept['all'] = $ground->add('Zapier', '410', ['which' => 'all', 'topics' => [], 'status' => 'paused', 'integration' => 'zapier']);
    $list = fn (array $arguments = []) => $ground->admin->screen('hookwright', $arguments);
    same(['Zapier', 'Failing', 'Stock keeping'], names($list()), 'the newest first');
    same(['Failing', 'Stock keeping', 'Zapier'], names($list(['orderby' => 'name', 'order' => 'asc'])));
    same(['Stock keeping'], names($list(['s' => 'STOCK'])));
    same(['Failing'], names($list(['s' => '/500'])), 'URLs are searched as well');
    same(['Zapier'], names($list(['status' => 'paused'])));
    same(['Stock keeping'], names($list(['topic' => 'order.paid', 'status' => 'active'])));
    same([], names($list(['s' => 'nothing like it'])));
    $page = $list();
    says($page, 'All (3)', 'Active (2)', 'Paused (1)', 'All topics');
    holds(!$page->says('Disabled ('), 'no tab for what there is none of');

    $options = $ground->admin->submit($page, 'wp_screen_options', [
        'wp_screen_options' => ['option' => 'hookwright_webhooks_per_page', 'value' => '2'],
    ]);
    same(2, count(names($options)), 'rows of a page are an option of the screen');
    same(['Stock keeping'], names($list(['paged' => 2])));
    $ground->admin->submit($options, 'wp_screen_options', [
        'wp_screen_options' => ['option' => 'hookwright_webhooks_per_page', 'value' => '20'],
    ]);
});

test('webhooks are paused, made active and deleted, in a row and several at once', function (Ground $ground): void {
    $page = $ground->admin->screen('hookwright');
    $page = $ground->admin->get($page->link('action=pause', $ground->kept['id']));
    says($page, '1 webhook is paused.', 'Paused (2)');
    $page = $ground->admin->get($page->link('action=activate', $ground->kept['id']));
    says($page, '1 webhook is active.', 'Active (2)');

    $bulk = fn (string $action, array $ids) => $ground->admin->submit(
        $ground->admin->screen('hookwright'),
        'id="cb-select-all-1"',
        ['action' => $action, 'webhooks' => $ids],
    );
    says($bulk('pause', [$ground->kept['id'], $ground->kept['failing']]), '2 webhooks are paused.', 'Paused (3)');
    says($bulk('activate', [$ground->kept['id'], $ground->kept['failing']]), '2 webhooks are active.', 'Active (2)');
    says($bulk('activate', []), 'Choose webhooks first.');
    says($bulk('delete', [$ground->kept['all'], 'wh_0000000000000000000000000a']), '1 webhook is deleted.');
    same(['Failing', 'Stock keeping'], names($ground->admin->screen('hookwright')));
    $gone = $ground->admin->screen('hookwright', ['action' => 'edit', 'webhook' => $ground->kept['all']]);
    says($gone, 'This does not exist any more.');
});

test('a new secret is made, shown this once, and the former one signs beside it', function (Ground $ground): void {
    $page = $ground->admin->screen('hookwright', ['action' => 'edit', 'webhook' => $ground->kept['id']]);
    $page = $ground->admin->submit($page, 'name="overlap"', ['overlap' => '3600000']);
    says($page, 'This is the new secret.', 'A former secret signs beside it');
    preg_match('/<pre[^>]*aria-label="Secret"[^>]*>([^<]+)</', $page->text, $found);
    holds(($found[1] ?? '') !== '' && $found[1] !== $ground->kept['secret of Stock keeping'], 'it is another one');
    $ground->kept['secret of Stock keeping'] = $found[1];
    $page = $ground->admin->screen('hookwright', ['action' => 'edit', 'webhook' => $ground->kept['id']]);
    holds(!str_contains($page->text, $found[1]), 'it is not shown again');
    $page = $ground->admin->submit($page, 'name="overlap"', ['secret' => 'whsec_short']);
    says($page, 'secret:');
});

test('a test event shows at once what was sent, what came back, and what to do', function (Ground $ground): void {
    $ground->received();
    $send = function (string $id, array $fields = []) use ($ground): Page {
        $page = $ground->admin->screen('hookwright', ['action' => 'test', 'webhook' => $id]);

        return $ground->admin->submit($page, 'data-test', $fields);
    };
    $page = $send($ground->kept['id'], ['topic' => 'order.updated', 'data' => '{"id":13,"total":1.50}']);
    says($page, '200 The receiver has taken it.', 'took', 'webhook-signature: v1,', 'HTTP 200 OK', '"total": 1.50', '<h1>answer</h1>');
    $seen = $ground->received();
    same([1, '/ok', '{"id":13,"total":1.50}'], [count($seen), $seen[0]['path'], strstr(strstr($seen[0]['body'], '{"id"'), '}', true) . '}']);
    $headers = $seen[0]['headers'];
    $key = base64_decode(substr($ground->kept['secret of Stock keeping'], 6));
    $signed = base64_encode(hash_hmac('sha256', "{$headers['webhook-id']}.{$headers['webhook-timestamp']}.{$seen[0]['body']}", $key, true));
    holds(str_contains($headers['webhook-signature'], "v1,{$signed}"), 'it is signed with the new secret');
    holds(str_contains($page->text, $headers['webhook-signature']), 'the signature is shown');

    says($send($ground->kept['failing']), '500 The receiver has failed.', 'What to do:');
    same(1, count($ground->received()), 'the sample of its topic is sent');
    says($send($ground->kept['failing'], ['data' => '{"id":']), 'data');
    same([], $ground->received(), 'what is no JSON is not sent');
    $ground->kept['nobody'] = $ground->add('Nobody', 'ok', ['url' => 'http://127.0.0.1:9/']);
    says($send($ground->kept['nobody']), 'No answer Nobody answers there', 'Is the receiver running');
    $ground->kept['moved'] = $ground->add('Moved', '301');
    says($send($ground->kept['moved']), '301 The receiver sends on to https://example.com/new.', 'final address');
});

test('the sample of a topic is given to the script, with nonce and right only', function (Ground $ground): void {
    $page = $ground->admin->screen('hookwright', ['action' => 'test', 'webhook' => $ground->kept['id']]);
    preg_match('/"nonce":"(\w+)"/', substr($page->text, (int) strpos($page->text, 'hookwrightAdmin')), $nonce);
    $ask = fn (string $nonce) => $ground->admin->get("/wp-admin/admin-ajax.php?action=hookwright_topic&topic=order.created&_ajax_nonce={$nonce}");
    $answer = json_decode($ask($nonce[1])->text, true);
    holds($answer['success'] && str_contains($answer['data']['sample'], '"line_items"'), 'the sample comes');
    same(403, $ask('0123456789')->status);
});
