<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Webhooks;

use Hookwright\Registry\Status;
use Hookwright\Registry\Webhook;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Markup;
use Hookwright\WordPress\Admin\Moment;
use Hookwright\WordPress\Admin\Words;

/** What stands beside the form: saving, the webhook's state, its secret. */
final class SideBoxes
{
    public function __construct(private readonly Draft $draft, private readonly ?Webhook $webhook)
    {
    }

    public function write(): void
    {
        $this->writeSave();
        if ($this->webhook !== null) {
            $this->writeState($this->webhook);
            $this->writeSecret($this->webhook);
        }
    }

    private function writeSave(): void
    {
        $webhook = $this->webhook;
        Markup::openBox($webhook === null ? __('Add', 'hookwright') : __('Save', 'hookwright'));
        echo '<p><label for="hookwright-status">', esc_html__('Status', 'hookwright'), '</label> '
            . '<select id="hookwright-status" name="status" form="hookwright-form">';
        // What the policy has disabled stays so until a person makes it active: the choice shows it as it is.
        $others = $webhook?->status === Status::Disabled ? Status::Disabled : Status::Paused;
        Markup::options(
            [Status::Active->value => Words::status(Status::Active), Status::Paused->value => Words::status($others)],
            ($this->draft->isActive ? Status::Active : Status::Paused)->value,
        );
        echo '</select></p>';
        if ($webhook?->status === Status::Disabled && $webhook->statusReason !== null) {
            echo '<p class="hookwright-bad">', esc_html($webhook->statusReason), '</p>';
        }
        printf(
            '<p class="hookwright-save"><button type="submit" form="hookwright-form" class="button button-primary '
            . 'button-large">%s</button> ',
            $webhook === null ? esc_html__('Add webhook', 'hookwright') : esc_html__('Save', 'hookwright'),
        );
        if ($webhook !== null) {
            echo Markup::link(
                Link::to(Link::WEBHOOKS, ['action' => 'test', 'webhook' => $webhook->id]),
                __('Send test event', 'hookwright'),
                'button button-large',
            );
        }
        echo '</p>';
        if ($webhook !== null) {
            printf(
                '<p><a href="%s" class="submitdelete hookwright-delete" data-confirm="%s">%s</a></p>',
                esc_url(Link::doing(
                    "hookwright-delete-{$webhook->id}",
                    Link::WEBHOOKS,
                    ['action' => 'delete', 'webhook' => $webhook->id],
                )),
                /* translators: %s: the name of a webhook */
                esc_attr(sprintf(__('Delete “%s”? What waits to be sent to it is cancelled.', 'hookwright'), $webhook->name)),
                esc_html__('Delete this webhook', 'hookwright'),
            );
        }
        Markup::closeBox();
    }

    private function writeState(Webhook $webhook): void
    {
        Markup::openBox(__('How it goes', 'hookwright'));
        echo '<p>', Words::statusBadge($webhook->status), ' ', sprintf(
            /* translators: %s: a time, as "2 hours ago" */
            esc_html__('since %s', 'hookwright'),
            Moment::show($webhook->statusAt),
        ), '</p><p>', HealthText::show($webhook->health), '</p><p>', HealthText::last($webhook->health), '</p>';
        if ($webhook->account !== null) {
            /* translators: %s: the name of an account */
            echo '<p>', esc_html(sprintf(__('Account: %s', 'hookwright'), $webhook->account)), '</p>';
        }
        if ($webhook->pingPending && $webhook->status === Status::Active) {
            echo '<p class="hookwright-quiet">', esc_html__('The receiver has not answered a ping yet.', 'hookwright'), '</p>';
        }
        echo '<p class="hookwright-quiet">', sprintf(
            /* translators: 1: a time; 2: a time */
            esc_html__('Made %1$s, changed %2$s.', 'hookwright'),
            Moment::show($webhook->createdAt),
            Moment::show($webhook->updatedAt),
        ), '<br><code>', esc_html($webhook->id), '</code></p>';
        Markup::closeBox();
    }

    private function writeSecret(Webhook $webhook): void
    {
        Markup::openBox(__('Secret', 'hookwright'));
        echo '<p>', esc_html__('It is stored, and not shown again. Where it is lost or known to others, make a new one.', 'hookwright'), '</p>';
        foreach ($webhook->formerSecretsUntil as $until) {
            echo '<p class="hookwright-quiet">', sprintf(
                /* translators: %s: a time, as "in 5 hours" */
                esc_html__('A former secret signs beside it; ends %s.', 'hookwright'),
                Moment::show($until),
            ), '</p>';
        }
        printf(
            '<form method="post" action="%s" data-confirm="%s">',
            esc_url(Link::to(Link::WEBHOOKS, ['action' => 'rotate', 'webhook' => $webhook->id])),
            esc_attr__('Make a new secret? The receiver has to be given it.', 'hookwright'),
        );
        wp_nonce_field("hookwright-rotate-{$webhook->id}", '_wpnonce', true, true);
        echo '<p><label for="hookwright-overlap">', esc_html__('The former one still signs for', 'hookwright'), '</label><br>'
            . '<select id="hookwright-overlap" name="overlap">';
        $hasRoom = !in_array($webhook->dialect, ['github', 'shopify', 'woocommerce'], true);
        Markup::options($hasRoom ? [
            '86400000' => __('a day', 'hookwright'),
            '3600000' => __('an hour', 'hookwright'),
            '604800000' => __('a week', 'hookwright'),
            '0' => __('no time: end it at once', 'hookwright'),
        ] : ['0' => __('no time: there is room for one signature', 'hookwright')], '');
        echo '</select></p>';
        printf(
            '<details><summary>%1$s</summary><p><label class="screen-reader-text" for="hookwright-own-secret">%1$s</label>'
            . '<input type="text" id="hookwright-own-secret" name="secret" class="widefat code" dir="ltr" autocomplete="off" '
            . 'spellcheck="false"></p></details>',
            esc_html__('Use a secret that I have', 'hookwright'),
        );
        printf('<p><button class="button">%s</button></p></form>', esc_html__('Make a new secret', 'hookwright'));
        Markup::closeBox();
    }
}
