<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Webhooks;

use Hookwright\Registry\Webhook;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Markup;

/** The secret, this once, and what to do with it. */
final class SecretPanel
{
    public static function write(Webhook $webhook, #[\SensitiveParameter] string $secret, string $done): void
    {
        // The address becomes that of the webhook, so that loading the page again does not repeat what made the secret.
        printf(
            '<div class="notice notice-success hookwright-secret" role="status" data-address="%s"><h2>%s</h2><p>%s</p>',
            esc_url(Link::webhook($webhook->id)),
            $done === 'created'
                ? esc_html__('The webhook is made. This is its secret.', 'hookwright')
                : esc_html__('This is the new secret.', 'hookwright'),
            esc_html__('Copy it now and give it to the receiver: it is not shown again. With it the receiver verifies that requests are yours.', 'hookwright'),
        );
        echo Markup::code($secret, __('Secret', 'hookwright')), '<p>';
        if ($done === 'created') {
            echo Markup::link(
                Link::to(Link::WEBHOOKS, ['action' => 'test', 'webhook' => $webhook->id]),
                __('Now send a test event', 'hookwright'),
                'button button-primary',
            ), ' ';
        }
        echo Markup::link(Link::to(Link::WEBHOOKS), __('To the list', 'hookwright'), 'button'), '</p></div>';
    }
}
