<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Deliveries;

use Hookwright\Deliveries\RecoverQuery;
use Hookwright\Deliveries\State;
use Hookwright\Exception\Conflict;
use Hookwright\Exception\InvalidInput;
use Hookwright\Exception\NotFound;
use Hookwright\Hookwright;
use Hookwright\Types\Scope;
use Hookwright\WordPress\Admin\Access;
use Hookwright\WordPress\Admin\Flash;
use Hookwright\WordPress\Admin\Input;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Markup;
use Hookwright\WordPress\Admin\Moment;
use Hookwright\WordPress\Site;

/** Sending again, with a whole schedule of attempts, what failed in a span of time: after a receiver was down. */
final class Recovery
{
    private const NONCE = 'hookwright-recover';

    /** Deliveries that one call looks at. */
    private const BATCH = 200;

    /** Seconds after which the rest is left for another click. */
    private const PATIENCE = 15.0;

    private const A_DAY = 86_400_000;

    /** @param array<string, string> $filters of the list */
    public static function writeForm(Hookwright $hookwright, array $filters): void
    {
        printf(
            '<details class="hookwright-recover"><summary class="button">%s</summary>'
            . '<form method="post" action="%s" class="card"><p>%s</p>',
            esc_html__('Recover failed deliveries…', 'hookwright'),
            esc_url(Link::to(Link::DELIVERIES, ['action' => 'recover'])),
            esc_html__('After a receiver was down: everything that failed in this time is sent again, with new tries.', 'hookwright'),
        );
        wp_nonce_field(self::NONCE);
        printf('<p><label>%s<br><select name="webhook">', esc_html__('Webhook', 'hookwright'));
        Markup::options(['' => __('All webhooks', 'hookwright')] + (new WebhookNames($hookwright))->all(), $filters['webhook'] ?? '');
        printf(
            '</select></label></p><p><label>%s<br><input type="text" name="topic" class="code" dir="ltr" value="%s" '
            . 'placeholder="%s"></label></p>'
            . '<p><label>%s<br><input type="datetime-local" name="since" required value="%s"></label> '
            . '<label>%s<br><input type="datetime-local" name="until" value=""></label></p>'
            . '<p><label><input type="checkbox" name="cancelled" value="1"> %s</label></p>'
            . '<p><button class="button button-primary">%s</button></p></form></details>',
            esc_html__('Topic', 'hookwright'),
            esc_attr($filters['topic'] ?? ''),
            esc_attr__('All topics', 'hookwright'),
            esc_html__('Failed from', 'hookwright'),
            esc_attr(Moment::toField(Moment::now() - self::A_DAY)),
            esc_html__('to (empty: now)', 'hookwright'),
            esc_html__('Also what was cancelled', 'hookwright'),
            esc_html__('Send again', 'hookwright'),
        );
    }

    public static function run(Site $site): never
    {
        Access::demandFor(self::NONCE);
        $form = Input::form();
        $since = Moment::fromField($form->text('since'));
        $until = $form->text('until') === '' ? null : Moment::fromField($form->text('until'));
        if ($since === null || ($until === null && $form->text('until') !== '')) {
            Flash::error(esc_html__('Write the time as a date and a time of day.', 'hookwright'));
            Link::follow(Link::to(Link::DELIVERIES));
        }
        $query = new RecoverQuery(
            scope: Scope::all(),
            states: $form->isChecked('cancelled') ? [State::Exhausted, State::Cancelled] : [State::Exhausted],
            since: $since,
            webhookId: $form->given('webhook'),
            topic: $form->given('topic'),
            // One end for all calls, so that what fails meanwhile is not sent for ever.
            until: $until ?? Moment::now(),
        );
        try {
            self::tell(...self::recover($site->hookwright(), $query));
            $site->deliverSoon();
        } catch (NotFound) {
            Flash::error(esc_html__('This webhook does not exist any more.', 'hookwright'));
        } catch (InvalidInput | Conflict $refused) {
            Flash::error(esc_html($refused->getMessage()));
        }
        Link::follow(Link::to(Link::DELIVERIES));
    }

    /** @return array{int, array<string, int>, bool} recovered, skipped by reason, whether there is more */
    private static function recover(Hookwright $hookwright, RecoverQuery $query): array
    {
        $end = microtime(true) + self::PATIENCE;
        $recovered = 0;
        $skipped = [];
        $cursor = null;
        do {
            $step = $hookwright->deliveries->recover($query, self::BATCH, $cursor);
            $recovered += $step->recovered;
            foreach ($step->skipped as $some) {
                $skipped[$some->reason] = ($skipped[$some->reason] ?? 0) + $some->deliveries;
            }
            $cursor = $step->next;
        } while ($cursor !== null && microtime(true) < $end);

        return [$recovered, $skipped, $cursor !== null];
    }

    /** @param array<string, int> $skipped by reason */
    private static function tell(int $recovered, array $skipped, bool $isMore): void
    {
        /* translators: %s: a number of deliveries */
        $text = _n('%s delivery will be sent again.', '%s deliveries will be sent again.', $recovered, 'hookwright');
        $lines = [sprintf(esc_html($text), number_format_i18n($recovered))];
        foreach ($skipped as $reason => $count) {
            $lines[] = esc_html(sprintf(match ($reason) {
                /* translators: %s: a number of deliveries */
                'paused' => __('Left: %s, whose webhook is paused.', 'hookwright'),
                /* translators: %s: a number of deliveries */
                'disabled' => __('Left: %s, whose webhook is disabled.', 'hookwright'),
                /* translators: %s: a number of deliveries */
                'deleted' => __('Left: %s, whose webhook is deleted.', 'hookwright'),
                /* translators: %s: a number of deliveries */
                'purged' => __('Left: %s, whose content is not kept any more.', 'hookwright'),
                /* translators: %s: a number of deliveries */
                default => __('Left: %s, which have changed meanwhile.', 'hookwright'),
            }, number_format_i18n($count)));
        }
        if ($isMore) {
            $lines[] = esc_html__('There is more: do it again.', 'hookwright');
        }
        $recovered > 0 ? Flash::success(implode('<br>', $lines)) : Flash::warning(implode('<br>', $lines));
    }
}
