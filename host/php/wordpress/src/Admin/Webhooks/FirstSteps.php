<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Webhooks;

use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Markup;

/** What a site without a webhook shows in the place of its list. */
final class FirstSteps
{
    public static function write(string $newAddress): void
    {
        $steps = [
            __('Get a URL from the service that should be told: Zapier, Make, n8n, Slack, your own program.', 'hookwright'),
            __('Add a webhook with that URL, and choose what it is told.', 'hookwright'),
            __('Send a test event, and see at once what the service answers.', 'hookwright'),
        ];
        echo '<div class="card hookwright-first"><h2>', esc_html__('Tell other services what happens here', 'hookwright'), '</h2><p>',
            esc_html__('A user registers, a post is published, an order is paid: a webhook tells it, signed, within seconds.', 'hookwright'),
            '</p><ol>';
        foreach ($steps as $step) {
            echo '<li>', esc_html($step), '</li>';
        }
        echo '</ol><p>', Markup::link($newAddress, __('Add your first webhook', 'hookwright'), 'button button-primary button-hero'), ' ',
            Markup::link(Link::to(Link::TOPICS), __('What can be told?', 'hookwright'), 'button button-hero'), '</p></div>';
    }
}
