<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests\Screens;

use function Hookwright\WordPress\Tests\holds;
use function Hookwright\WordPress\Tests\same;
use function Hookwright\WordPress\Tests\test;

test('a site without webhooks says what to do first', function (Ground $ground): void {
    $page = $ground->admin->screen('hookwright');
    says($page, 'Tell other services what happens here', 'Add your first webhook');
    says($ground->admin->screen('hookwright-deliveries'), 'Nothing has been sent yet');
});

test('settings that are wrong stand beside their fields, and nothing is saved', function (Ground $ground): void {
    $page = $ground->admin->screen('hookwright-settings', ['tab' => 'settings']);
    $page = $ground->admin->submit($page, 'allow_addresses', [
        'allow_addresses' => '10.0.0.0/99, ' . Ground::EVIL,
        'keep_payloads' => 'long',
        'retries' => 'soon',
        'timeout' => '9999',
        'endpoint' => 'next door',
    ]);
    says($page, 'Nothing is saved yet.', 'Write a number of days.', 'Write lengths of time', 'Write the whole address');
    holds(!str_contains($page->text, '<script>alert'), 'what was written is only text');
    $page = $ground->admin->submit($page, 'allow_addresses', [
        'allow_addresses' => '10.0.0.0/99', 'keep_payloads' => '', 'retries' => '', 'timeout' => '9999', 'endpoint' => '',
    ]);
    says($page, 'Nothing is saved yet.', '10.0.0.0/99', '120000');
    same('', $ground->admin->screen('hookwright-settings', ['tab' => 'settings'])->form('allow_addresses')[2]['allow_addresses']);
});

test('settings are saved, shown and used', function (Ground $ground): void {
    $page = $ground->admin->screen('hookwright-settings', ['tab' => 'settings']);
    $page = $ground->admin->submit($page, 'allow_addresses', [
        'allow_addresses' => 'loopback',
        'allow_http' => '1',
        'keep_payloads' => '1.5',
        'retries' => '0s, 5s, 1d',
        // What is sent from here on is sent all the same.
        'timeout' => '90',
        'delivery' => 'worker',
        'which_types' => 'some',
        'post_types' => ['post'],
        'option_values' => "blogname\nhome",
        'endpoint' => '',
    ]);
    says($page, 'The settings are saved.');
    $fields = $page->form('allow_addresses')[2];
    same(
        ['loopback', '1', '1.5', '0s, 5s, 1d', '90', 'worker', 'some', ['post'], "blogname\nhome"],
        [$fields['allow_addresses'], $fields['allow_http'], $fields['keep_payloads'], $fields['retries'], $fields['timeout'], $fields['delivery'],
            $fields['which_types'], $fields['post_types'], $fields['option_values']],
    );
    says($ground->admin->screen('hookwright-settings'), 'In order', 'a process of its own');
    $page = $ground->admin->submit($page, 'allow_addresses', ['keep_payloads' => '', 'retries' => '', 'which_types' => 'all']);
    says($page, 'The settings are saved.');
});

test('sending is stopped and goes on, and every screen says so', function (Ground $ground): void {
    $page = $ground->admin->screen('hookwright-settings');
    $page = $ground->admin->submit($page, 'name="reason"', ['reason' => 'Moving house ' . Ground::EVIL]);
    says($page, 'Sending is stopped.', 'Stopped', 'Moving house');
    holds(!str_contains($page->text, '<script>alert'), 'the reason is only text');
    foreach (['hookwright', 'hookwright-deliveries', 'hookwright-topics'] as $screen) {
        says($ground->admin->screen($screen), 'Webhooks are not sent from this site now.', 'Moving house');
    }
    says($ground->admin->get('/wp-admin/plugins.php'), 'Webhooks are not sent from this site now.');
    $page = $ground->admin->submit($page, 'action=resume');
    says($page, 'Sending goes on.', 'In order');
    holds(!$ground->admin->screen('hookwright')->says('not sent from this site'), 'the notice is gone');
});

test('events that could not be stored are told, and the list is cleared', function (Ground $ground): void {
    // What prepare.php has put there publishes what is in no catalogue.
    same(200, $ground->admin->get('/?publish-nonsense=1')->status, 'the page is there all the same');
    $page = $ground->admin->screen('hookwright-settings');
    says($page, 'Events that could not be stored', 'no.such');
    holds(!str_contains($page->text, '<script>alert'), 'what is told is only text');
    $page = $ground->admin->submit($page, 'action=forget');
    holds(!$page->says('Events that could not be stored'), 'the list is empty');
});
