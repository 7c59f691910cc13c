<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Webhooks;

use Hookwright\Hookwright;
use Hookwright\Registry\Query;
use Hookwright\Registry\Sort;
use Hookwright\Registry\Status;
use Hookwright\Registry\Webhook;
use Hookwright\Types\Scope;
use Hookwright\WordPress\Admin\Input;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Markup;
use Hookwright\WordPress\Admin\Moment;
use Hookwright\WordPress\Admin\Table;
use Hookwright\WordPress\Admin\Words;

/** The list of webhooks. */
final class WebhookTable extends Table
{
    public const PER_PAGE = 'hookwright_webhooks_per_page';

    /** The nonce of bulk actions, as WordPress names it. */
    public const BULK_NONCE = 'bulk-webhooks';

    /** Topics that a row shows before it counts. */
    private const SHOWN_TOPICS = 3;

    /** @var array<string, int> webhooks by status */
    private array $counts = [];

    private ?Status $status;

    private string $search;

    private string $topic;

    public function __construct(private readonly Hookwright $hookwright)
    {
        parent::__construct(Link::WEBHOOKS, self::PER_PAGE, 'webhook', 'webhooks');
        $input = Input::query();
        $this->status = Status::tryFrom($input->text('status'));
        $this->search = mb_substr($input->text('s'), 0, 200);
        $this->topic = $input->text('topic');
        $this->kept = array_filter(['status' => $this->status?->value ?? '', 'topic' => $this->topic]);
    }

    public function prepare_items(): void
    {
        foreach ($this->hookwright->lifecycle->stats()->webhooks as $count) {
            $this->counts[$count->name] = $count->count;
        }
        $input = Input::query();
        $sort = Sort::tryFrom($input->text('orderby')) ?? Sort::Created;
        $descending = $input->has('orderby') ? $input->text('order') === 'desc' : true;
        $page = $this->hookwright->registry->find(new Query(
            scope: Scope::all(),
            sort: $sort,
            descending: $descending,
            paging: $this->paging(),
            search: $this->search === '' ? null : $this->search,
            status: $this->status,
            topic: $this->topic === '' ? null : $this->topic,
        ));
        $this->fill($page->items, $page->total);
    }

    /** Whether the site has no webhook at all. */
    public function isNew(): bool
    {
        return array_sum($this->counts) === 0;
    }

    public function topic(): string
    {
        return $this->topic;
    }

    public function search(): string
    {
        return $this->search;
    }

    public function get_columns(): array
    {
        return [
            'cb' => '<input type="checkbox">',
            'name' => __('Name', 'hookwright'),
            'topics' => __('Topics', 'hookwright'),
            'status' => __('Status', 'hookwright'),
            'health' => __('Deliveries', 'hookwright'),
            'last' => __('Last delivery', 'hookwright'),
            'integration' => __('Made by', 'hookwright'),
            'created' => __('Created', 'hookwright'),
        ];
    }

    protected function get_sortable_columns(): array
    {
        return ['name' => ['name', false], 'created' => ['created', true]];
    }

    protected function get_default_primary_column_name(): string
    {
        return 'name';
    }

    protected function get_views(): array
    {
        $views = ['all' => $this->view(
            [],
            __('All', 'hookwright'),
            array_sum($this->counts),
            $this->status === null && $this->search === '' && $this->topic === '',
        )];
        foreach (Status::cases() as $status) {
            $count = $this->counts[$status->value] ?? 0;
            if ($count > 0 || $this->status === $status) {
                $views[$status->value] = $this->view(
                    ['status' => $status->value],
                    Words::status($status),
                    $count,
                    $this->status === $status,
                );
            }
        }

        return $views;
    }

    protected function get_bulk_actions(): array
    {
        return [
            'activate' => __('Activate', 'hookwright'),
            'pause' => __('Pause', 'hookwright'),
            'delete' => __('Delete', 'hookwright'),
        ];
    }

    public function no_items(): void
    {
        esc_html_e('No webhooks are like that.', 'hookwright');
    }

    /** @param Webhook $item */
    protected function column_cb($item): string
    {
        /* translators: %s: the name of a webhook */
        return $this->checkbox('webhooks', $item->id, sprintf(__('Select %s', 'hookwright'), $item->name));
    }

    /** @param Webhook $item */
    protected function column_name($item): string
    {
        return sprintf(
            '<strong>%s</strong><span class="hookwright-url" dir="ltr">%s</span>',
            Markup::link(Link::webhook($item->id), $item->name, 'row-title'),
            esc_html($item->url),
        ) . '<span class="hookwright-narrow">' . Words::statusBadge($item->status) . '</span>';
    }

    /** @param Webhook $item */
    protected function column_topics($item): string
    {
        if ($item->topics === []) {
            return '<em>' . esc_html__('All topics', 'hookwright') . '</em>';
        }
        $shown = array_map(
            static fn (string $topic) => '<code>' . esc_html($topic) . '</code>',
            array_slice($item->topics, 0, self::SHOWN_TOPICS),
        );
        $rest = count($item->topics) - count($shown);
        if ($rest > 0) {
            $shown[] = sprintf(
                '<span class="hookwright-quiet" title="%s">%s</span>',
                esc_attr(implode(', ', array_slice($item->topics, self::SHOWN_TOPICS))),
                /* translators: %s: a number of topics beyond those that are shown */
                esc_html(sprintf(_n('and %s more', 'and %s more', $rest, 'hookwright'), number_format_i18n($rest))),
            );
        }

        return '<span class="hookwright-topics">' . implode(' ', $shown) . '</span>';
    }

    /** @param Webhook $item */
    protected function column_status($item): string
    {
        $why = match (true) {
            $item->status === Status::Disabled => (string) $item->statusReason,
            $item->status === Status::Active && $item->health->slowedUntil > Moment::now() => sprintf(
                /* translators: %s: a time, as "in 5 minutes" */
                __('The receiver asked for a pause; goes on %s.', 'hookwright'),
                Moment::relative((int) $item->health->slowedUntil),
            ),
            default => '',
        };

        return Words::statusBadge($item->status) . Markup::below($why);
    }

    /** @param Webhook $item */
    protected function column_health($item): string
    {
        return HealthText::show($item->health);
    }

    /** @param Webhook $item */
    protected function column_last($item): string
    {
        return HealthText::last($item->health);
    }

    /** @param Webhook $item */
    protected function column_integration($item): string
    {
        return esc_html($item->integration) . Markup::below($item->owner);
    }

    /** @param Webhook $item */
    protected function column_created($item): string
    {
        return Moment::show($item->createdAt);
    }

    /** @param Webhook $item */
    protected function handle_row_actions($item, $column_name, $primary): string
    {
        if ($column_name !== $primary) {
            return '';
        }
        $change = static fn (string $action) => Link::doing(
            "hookwright-{$action}-{$item->id}",
            Link::WEBHOOKS,
            ['action' => $action, 'webhook' => $item->id],
        );
        $isActive = $item->status === Status::Active;

        return $this->row_actions([
            'edit' => Markup::link(Link::webhook($item->id), __('Edit', 'hookwright')),
            'test' => Markup::link(
                Link::to(Link::WEBHOOKS, ['action' => 'test', 'webhook' => $item->id]),
                __('Send test event', 'hookwright'),
            ),
            'status' => $isActive
                ? Markup::link($change('pause'), __('Pause', 'hookwright'))
                : Markup::link($change('activate'), __('Activate', 'hookwright')),
            'deliveries' => Markup::link(
                Link::to(Link::DELIVERIES, ['webhook' => $item->id]),
                __('Deliveries', 'hookwright'),
            ),
            'delete' => sprintf(
                '<a href="%s" class="submitdelete" data-confirm="%s">%s</a>',
                esc_url($change('delete')),
                /* translators: %s: the name of a webhook */
                esc_attr(sprintf(__('Delete “%s”? What waits to be sent to it is cancelled.', 'hookwright'), $item->name)),
                esc_html__('Delete', 'hookwright'),
            ),
        ]);
    }
}
