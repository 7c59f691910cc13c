<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests\Screens;

use function Hookwright\WordPress\Tests\holds;
use function Hookwright\WordPress\Tests\test;

test('webhooks of WooCommerce are copied and taken over', function (Ground $ground): void {
    $tab = fn () => $ground->admin->screen('hookwright-settings', ['tab' => 'import']);
    says($ground->admin->screen('hookwright-settings'), 'Take over');
    $page = $tab();
    says($page, 'Webhooks of WooCommerce', 'Old shop', 'order.created', 'None yet');
    holds(!str_contains($page->text, '<script>alert'), 'names are only text');
    $page = $ground->admin->submit($page, 'name="origin"', ['step' => 'copy']);
    says($page, 'Made, paused', 'The secret was too short or too long; the copy has a new one.');
    preg_match('/<pre[^>]*aria-label="Secret"[^>]*>([^<]+)</', $page->text, $secret);
    holds(strlen($secret[1] ?? '') > 20 && !str_contains($tab()->text, $secret[1]), 'a new secret is shown this once');
    holds(in_array('Old shop', names($ground->admin->screen('hookwright', ['status' => 'paused'])), true), 'the copy is paused');
    $page = $ground->admin->submit($tab(), 'name="origin"', ['step' => 'take-over']);
    says($page, 'Sends in its place');
    holds(in_array('Old shop', names($ground->admin->screen('hookwright', ['status' => 'active'])), true), 'the copy sends');
});
