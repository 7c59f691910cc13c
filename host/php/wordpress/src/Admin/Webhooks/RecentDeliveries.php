<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Webhooks;

use Hookwright\Deliveries\Delivery;
use Hookwright\Registry\Webhook;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Markup;
use Hookwright\WordPress\Admin\Moment;
use Hookwright\WordPress\Admin\Words;

/** The last deliveries of one webhook, below its form. */
final class RecentDeliveries
{
    /** @param list<Delivery> $deliveries newest first */
    public function __construct(private readonly Webhook $webhook, private readonly array $deliveries)
    {
    }

    public function write(): void
    {
        Markup::openBox(__('Last deliveries', 'hookwright'));
        if ($this->deliveries === []) {
            echo '<p>', esc_html__('Nothing has been sent yet.', 'hookwright'), '</p>';
        } else {
            echo '<table class="widefat striped hookwright-recent"><tbody>';
            foreach ($this->deliveries as $delivery) {
                printf(
                    '<tr><td>%s<br><code dir="ltr">%s</code></td><td>%s%s</td><td>%s</td></tr>',
                    Markup::link(Link::delivery($delivery->id), $delivery->test ? __('Test event', 'hookwright') : __('Event', 'hookwright')),
                    esc_html($delivery->topic),
                    Words::stateBadge($delivery->state),
                    Markup::below($delivery->reason),
                    Moment::show($delivery->createdAt),
                );
            }
            echo '</tbody></table><p>', Markup::link(
                Link::to(Link::DELIVERIES, ['webhook' => $this->webhook->id]),
                __('All deliveries', 'hookwright'),
            ), '</p>';
        }
        Markup::closeBox();
    }
}
