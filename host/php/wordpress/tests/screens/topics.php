<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests\Screens;

use function Hookwright\WordPress\Tests\holds;
use function Hookwright\WordPress\Tests\same;
use function Hookwright\WordPress\Tests\test;

test('topics are searched and narrowed, with description, sample and schema', function (Ground $ground): void {
    $topics = fn (array $arguments = []) => $ground->admin->screen('hookwright-topics', $arguments);
    says($topics(), 'WordPress and this site (', 'WooCommerce (17)', 'Wink, TripPay (105)');
    same(['Order created'], names($topics(['s' => 'order.created'])));
    same(['Coupon created', 'Coupon updated', 'Coupon deleted', 'Coupon restored'], names($topics(['source' => 'woocommerce', 'group' => 'coupon'])));
    $page = $ground->admin->get($topics(['s' => 'order.created'])->link('topic=order.created', 'page=hookwright-topics'));
    says($page, 'Order created', 'Sample of its data', '"line_items": [', 'Add a webhook for it');
    $form = $ground->admin->get($page->link('action=new', 'topic=order.created'));
    same(['order.created'], $form->form('webhook_name')[2]['topics'], 'the topic is chosen already');
    $who = $ground->admin->get($page->link('page=hookwright&topic=order.created'));
    holds(in_array('Stock keeping', names($who), true), 'order.* receives it');
    says($topics(['topic' => 'no.such.topic']), 'This does not exist any more.');
});

test('topics are had as documents', function (Ground $ground): void {
    $page = $ground->admin->screen('hookwright-topics', ['source' => 'woocommerce', 'group' => 'coupon']);
    $openapi = json_decode($ground->admin->get($page->link('action=document', 'format=openapi'))->text, true);
    same(['coupon.created', 'coupon.updated', 'coupon.deleted', 'coupon.restored'], array_keys($openapi['webhooks']));
    holds(str_contains($ground->admin->get($page->link('action=document', 'format=typescript'))->text, 'coupon.created'), 'TypeScript');
});

test('settings of a topic are saved, and what is wrong stands beside its field', function (Ground $ground): void {
    $page = $ground->admin->screen('hookwright-topics', ['topic' => 'coupon.created']);
    $page = $ground->admin->submit($page, 'dedupe_window', ['dedupe_window' => 'soon', 'keep_payloads' => '1d, 2d']);
    says($page, 'Nothing is saved yet.', 'Write a length of time');
    $page = $ground->admin->submit($page, 'dedupe_window', [
        'dedupe_window' => '30d', 'keep_payloads' => '', 'replaced_by' => 'no.such' . Ground::EVIL, 'deprecated' => 'Old',
    ]);
    says($page, 'Nothing is saved yet.');
    same(2, preg_match_all('/id="hookwright-(dedupe-window|replaced-by)-problem"/', $page->text));
    holds(!str_contains($page->text, '<script>alert'), 'what was written is only text');
    $page = $ground->admin->submit($page, 'dedupe_window', [
        'dedupe_window' => '1h', 'keep_payloads' => '400d', 'replaced_by' => 'coupon.updated', 'deprecated' => 'Old ' . Ground::EVIL,
        'validation' => 'warn',
    ]);
    says($page, 'The settings of the topic are saved.', 'Nobody should use it any more.', 'Old', 'coupon.updated');
    holds(!str_contains($page->text, '<script>alert'), 'what was written is only text');
    $fields = $page->form('dedupe_window')[2];
    same(
        ['1h', '400d', 'coupon.updated', 'warn'],
        [$fields['dedupe_window'], $fields['keep_payloads'], $fields['replaced_by'], $fields['validation']],
    );
    says($ground->admin->screen('hookwright-topics', ['s' => 'coupon.created']), 'Deprecated');
});
