<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Deliveries;

use Hookwright\Deliveries\Details;
use Hookwright\Hookwright;
use Hookwright\Types\Scope;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Markup;
use Hookwright\WordPress\Admin\Moment;
use Hookwright\WordPress\Admin\Words;

/** One delivery with its attempts, newest first, and its payload. */
final class DeliveryPage
{
    private readonly Details $details;

    public function __construct(private readonly Hookwright $hookwright, string $id)
    {
        $this->details = $hookwright->deliveries->get(Scope::all(), $id);
    }

    public function title(): string
    {
        /* translators: %s: a topic */
        return sprintf(__('Delivery of %s', 'hookwright'), $this->details->delivery->topic);
    }

    public function write(): void
    {
        $delivery = $this->details->delivery;
        echo '<p>', Markup::link(Link::to(Link::DELIVERIES), __('All deliveries', 'hookwright')), ' · ',
            Markup::link(Link::to(Link::DELIVERIES, ['event' => $delivery->eventId]), __('Deliveries of the same event', 'hookwright')), '</p>';
        Markup::openBox(__('Where it stands', 'hookwright'));
        $this->writeFacts();
        echo '<p>';
        foreach (DeliveryActions::for($delivery) as $action => $text) {
            echo Markup::link(
                DeliveryActions::address($action, $delivery->id),
                $text,
                $action === 'redeliver' ? 'button button-primary' : 'button',
            ), ' ';
        }
        echo '</p>';
        Markup::closeBox();
        $attempts = array_reverse($this->details->attempts);
        printf('<h2>%s</h2>', esc_html__('Attempts', 'hookwright'));
        if ($attempts === []) {
            echo '<p>', esc_html__('None yet.', 'hookwright'), '</p>';
            Markup::openBox(__('Body of the request', 'hookwright'));
            echo Markup::code(Markup::pretty($this->details->payload), __('Body of the request', 'hookwright'));
            Markup::closeBox();
        }
        foreach ($attempts as $place => $attempt) {
            (new AttemptBox($attempt, $this->details->payload))->writeRow($place === 0);
        }
    }

    private function writeFacts(): void
    {
        $delivery = $this->details->delivery;
        $name = (new WebhookNames($this->hookwright))->of($delivery->webhookId);
        $facts = [
            __('State', 'hookwright') => Words::stateBadge($delivery->state)
                . ($delivery->test ? ' ' . Markup::badge('off', __('Test', 'hookwright')) : '')
                . ($delivery->reason === null ? '' : ' ' . esc_html($delivery->reason)),
            __('Webhook', 'hookwright') => $name === null
                ? esc_html__('deleted', 'hookwright')
                : Markup::link(Link::webhook($delivery->webhookId), $name),
            __('Topic', 'hookwright') => Markup::link(Link::topic($delivery->topic), $delivery->topic),
            __('Happened', 'hookwright') => Moment::showBoth($delivery->createdAt),
        ];
        if ($delivery->finishedAt !== null) {
            $facts[__('Ended', 'hookwright')] = Moment::showBoth($delivery->finishedAt);
        } elseif ($delivery->dueAt !== null) {
            $facts[__('Next attempt', 'hookwright')] = Moment::showBoth($delivery->dueAt);
        }
        if ($delivery->account !== null) {
            $facts[__('Account', 'hookwright')] = esc_html($delivery->account);
        }
        $facts[__('Event', 'hookwright')] = '<code>' . esc_html($delivery->eventId) . '</code>';
        $facts[__('Delivery', 'hookwright')] = '<code>' . esc_html($delivery->id) . '</code>';
        echo '<table class="hookwright-facts"><tbody>';
        foreach ($facts as $what => $markup) {
            printf('<tr><th scope="row">%s</th><td>%s</td></tr>', esc_html($what), $markup);
        }
        echo '</tbody></table>';
    }
}
