<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Deliveries;

use Hookwright\Deliveries\Delivery;
use Hookwright\Deliveries\Page;
use Hookwright\Deliveries\Query;
use Hookwright\Deliveries\State;
use Hookwright\Hookwright;
use Hookwright\Types\Paging;
use Hookwright\Types\Scope;
use Hookwright\WordPress\Admin\Input;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Markup;
use Hookwright\WordPress\Admin\Moment;
use Hookwright\WordPress\Admin\Table;
use Hookwright\WordPress\Admin\Words;

/** The delivery log. */
final class DeliveryTable extends Table
{
    public const PER_PAGE = 'hookwright_deliveries_per_page';

    /** The nonce of bulk actions, as WordPress names it. */
    public const BULK_NONCE = 'bulk-deliveries';

    /** @var array<string, int> deliveries by state */
    private array $counts = [];

    private readonly WebhookNames $names;

    private readonly ?State $state;

    private readonly string $webhook;

    private readonly string $topic;

    private readonly string $event;

    public function __construct(private readonly Hookwright $hookwright)
    {
        parent::__construct(Link::DELIVERIES, self::PER_PAGE, 'delivery', 'deliveries');
        $input = Input::query();
        $this->names = new WebhookNames($hookwright);
        $this->state = State::tryFrom($input->text('state'));
        $this->webhook = $input->text('webhook');
        $this->topic = $input->text('topic');
        $this->event = $input->text('event');
        $this->kept = array_filter(['state' => $this->state?->value ?? '', 'event' => $this->event]);
    }

    public function prepare_items(): void
    {
        foreach ($this->hookwright->lifecycle->stats()->deliveries as $count) {
            $this->counts[$count->name] = $count->count;
        }
        $page = $this->find($this->paging());
        $this->fill($page->items, $page->total);
    }

    /** The page of the list on which what happened at this time begins. The list is ordered by time, newest first. */
    public function pageOf(int $milliseconds): int
    {
        $size = $this->paging()->perPage;
        [$first, $last] = [1, max(1, intdiv($this->find(new Paging(1, $size))->total + $size - 1, $size))];
        while ($first < $last) {
            $middle = intdiv($first + $last, 2);
            $items = $this->find(new Paging($middle, $size))->items;
            if ($items === [] || $items[count($items) - 1]->createdAt <= $milliseconds) {
                $last = $middle;
            } else {
                $first = $middle + 1;
            }
        }

        return $first;
    }

    /** Whether nothing was ever to be delivered. */
    public function isNew(): bool
    {
        return array_sum($this->counts) === 0;
    }

    /** How many deliveries have failed for good. */
    public function failed(): int
    {
        return $this->counts[State::Exhausted->value] ?? 0;
    }

    /** @return array<string, string> what the list is narrowed to, as arguments of its address */
    public function filters(): array
    {
        return array_filter([
            'state' => $this->state?->value ?? '',
            'webhook' => $this->webhook,
            'topic' => $this->topic,
            'event' => $this->event,
        ]);
    }

    public function get_columns(): array
    {
        return [
            'cb' => '<input type="checkbox">',
            'topic' => __('Topic', 'hookwright'),
            'webhook' => __('Webhook', 'hookwright'),
            'state' => __('State', 'hookwright'),
            'attempts' => __('Attempts', 'hookwright'),
            'created' => __('Happened', 'hookwright'),
            'next' => __('Next, or ended', 'hookwright'),
        ];
    }

    protected function get_default_primary_column_name(): string
    {
        return 'topic';
    }

    protected function get_views(): array
    {
        // Counts are of all webhooks and topics: they do not stand beside a list that is narrowed to some.
        $isNarrow = $this->webhook !== '' || $this->topic !== '' || $this->event !== '';
        $rest = array_diff_key($this->filters(), ['state' => true]);
        $views = ['all' => $this->view(
            $rest,
            __('All', 'hookwright'),
            $isNarrow ? null : array_sum($this->counts),
            $this->state === null,
        )];
        foreach (State::cases() as $state) {
            $count = $this->counts[$state->value] ?? 0;
            if ($count > 0 || $this->state === $state) {
                $views[$state->value] = $this->view(
                    ['state' => $state->value] + $rest,
                    Words::state($state),
                    $isNarrow ? null : $count,
                    $this->state === $state,
                );
            }
        }

        return $views;
    }

    protected function get_bulk_actions(): array
    {
        return [
            'redeliver' => __('Send again', 'hookwright'),
            'cancel' => __('Cancel', 'hookwright'),
        ];
    }

    protected function extra_tablenav($which): void
    {
        if ($which !== 'top') {
            return;
        }
        printf(
            '<div class="alignleft actions"><label class="screen-reader-text" for="hookwright-filter-webhook">%1$s</label>'
            . '<select id="hookwright-filter-webhook" name="webhook">',
            esc_html__('Webhook', 'hookwright'),
        );
        $names = $this->names->all();
        if ($this->webhook !== '' && !isset($names[$this->webhook])) {
            $names[$this->webhook] = $this->names->of($this->webhook) ?? $this->webhook;
        }
        Markup::options(['' => __('All webhooks', 'hookwright')] + $names, $this->webhook);
        printf(
            '</select><label class="screen-reader-text" for="hookwright-filter-topic">%1$s</label>'
            . '<input type="search" id="hookwright-filter-topic" name="topic" value="%2$s" placeholder="%1$s" dir="ltr">'
            . '<label for="hookwright-filter-before">%5$s</label> '
            . '<input type="datetime-local" id="hookwright-filter-before" name="before">'
            . '<input type="submit" name="filter_action" class="button" value="%3$s">%4$s</div>',
            esc_attr__('Topic', 'hookwright'),
            esc_attr($this->topic),
            esc_attr__('Filter', 'hookwright'),
            $this->filters() === [] ? '' : ' ' . Markup::link(Link::to(Link::DELIVERIES), __('Clear', 'hookwright'), 'button'),
            esc_html__('up to', 'hookwright'),
        );
    }

    public function no_items(): void
    {
        esc_html_e('No deliveries are like that.', 'hookwright');
    }

    /** @param Delivery $item */
    protected function column_cb($item): string
    {
        /* translators: %s: a topic */
        return $this->checkbox('deliveries', $item->id, sprintf(__('Select a delivery of %s', 'hookwright'), $item->topic));
    }

    /** @param Delivery $item */
    protected function column_topic($item): string
    {
        return sprintf(
            '<strong>%s</strong>%s<span class="hookwright-quiet hookwright-why"><code dir="ltr">%s</code></span>',
            Markup::link(Link::delivery($item->id), $item->topic, 'row-title'),
            $item->test ? ' ' . Markup::badge('off', __('Test', 'hookwright')) : '',
            esc_html($item->id),
        ) . '<span class="hookwright-narrow">' . Words::stateBadge($item->state) . '</span>';
    }

    /** @param Delivery $item */
    protected function column_webhook($item): string
    {
        $name = $this->names->of($item->webhookId);

        return $name === null
            ? '<span class="hookwright-quiet">' . esc_html__('deleted', 'hookwright') . '</span>'
            : Markup::link(Link::webhook($item->webhookId), $name);
    }

    /** @param Delivery $item */
    protected function column_state($item): string
    {
        return Words::stateBadge($item->state) . Markup::below($item->reason);
    }

    /** @param Delivery $item */
    protected function column_attempts($item): string
    {
        return esc_html(number_format_i18n($item->attempts));
    }

    /** @param Delivery $item */
    protected function column_created($item): string
    {
        return Moment::show($item->createdAt);
    }

    /** @param Delivery $item */
    protected function column_next($item): string
    {
        return match (true) {
            $item->finishedAt !== null => Moment::show($item->finishedAt),
            $item->state === State::Held => '<span class="hookwright-quiet">' . esc_html__('when it is active again', 'hookwright') . '</span>',
            $item->dueAt !== null && $item->dueAt <= Moment::now() => esc_html__('now', 'hookwright'),
            default => Moment::show($item->dueAt),
        };
    }

    private function find(Paging $paging): Page
    {
        return $this->hookwright->deliveries->find(new Query(
            scope: Scope::all(),
            paging: $paging,
            webhookId: $this->webhook === '' ? null : $this->webhook,
            eventId: $this->event === '' ? null : $this->event,
            topic: $this->topic === '' ? null : $this->topic,
            state: $this->state,
        ));
    }

    /** @param Delivery $item */
    protected function handle_row_actions($item, $column_name, $primary): string
    {
        if ($column_name !== $primary) {
            return '';
        }
        $actions = ['view' => Markup::link(Link::delivery($item->id), __('Details', 'hookwright'))];
        foreach (DeliveryActions::for($item) as $action => $text) {
            $actions[$action] = Markup::link(DeliveryActions::address($action, $item->id), $text);
        }
        $actions['event'] = Markup::link(Link::to(Link::DELIVERIES, ['event' => $item->eventId]), __('Same event', 'hookwright'));

        return $this->row_actions($actions);
    }
}
