<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Topics;

use Hookwright\Catalogue\Query;
use Hookwright\Catalogue\Topic;
use Hookwright\Hookwright;
use Hookwright\WordPress\Admin\Input;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Markup;
use Hookwright\WordPress\Admin\Table;
use Hookwright\WordPress\Admin\Words;

/** The catalogue as a list. */
final class TopicTable extends Table
{
    public const PER_PAGE = 'hookwright_topics_per_page';

    private readonly string $search;

    private readonly string $source;

    private readonly string $group;

    /** @param list<Topic> $all the whole catalogue */
    public function __construct(private readonly Hookwright $hookwright, private readonly array $all)
    {
        parent::__construct(Link::TOPICS, self::PER_PAGE, 'topic', 'topics');
        $input = Input::query();
        $this->search = mb_substr($input->text('s'), 0, 200);
        $this->source = $input->text('source');
        $this->group = $input->text('group');
        $this->kept = array_filter(['source' => $this->source]);
    }

    public function prepare_items(): void
    {
        $page = $this->hookwright->catalogue->find(new Query(
            paging: $this->paging(),
            search: $this->search === '' ? null : $this->search,
            source: $this->source === '' ? null : $this->source,
            group: $this->group === '' ? null : $this->group,
        ));
        $this->fill($page->items, $page->total);
    }

    /** @return array<string, string> what the list is narrowed to, as arguments of its address */
    public function filters(): array
    {
        return array_filter(['s' => $this->search, 'source' => $this->source, 'group' => $this->group]);
    }

    public function get_columns(): array
    {
        return [
            'name' => __('Topic', 'hookwright'),
            'description' => __('When', 'hookwright'),
            'group' => __('Group', 'hookwright'),
            'source' => __('Comes from', 'hookwright'),
        ];
    }

    protected function get_default_primary_column_name(): string
    {
        return 'name';
    }

    protected function get_views(): array
    {
        $counts = [];
        foreach ($this->all as $topic) {
            foreach ($topic->sources as $source) {
                $counts[$source] = ($counts[$source] ?? 0) + 1;
            }
        }
        uksort($counts, WholeCatalogue::order(...));
        $rest = array_diff_key($this->filters(), ['source' => true, 'group' => true]);
        $views = ['all' => $this->view($rest, __('All', 'hookwright'), count($this->all), $this->source === '')];
        foreach ($counts as $source => $count) {
            $views[$source] = $this->view(
                ['source' => $source] + $rest,
                Words::source($source),
                $count,
                $this->source === $source,
            );
        }

        return $views;
    }

    protected function extra_tablenav($which): void
    {
        if ($which !== 'top') {
            return;
        }
        $groups = [];
        foreach ($this->all as $topic) {
            if ($this->source === '' || in_array($this->source, $topic->sources, true)) {
                $groups[$topic->group] = Words::named($topic->group);
            }
        }
        asort($groups);
        printf(
            '<div class="alignleft actions"><label class="screen-reader-text" for="hookwright-filter-group">%1$s</label>'
            . '<select id="hookwright-filter-group" name="group">',
            esc_html__('Group', 'hookwright'),
        );
        Markup::options(['' => __('All groups', 'hookwright')] + $groups, $this->group);
        printf('</select><input type="submit" name="filter_action" class="button" value="%s"></div>', esc_attr__('Filter', 'hookwright'));
    }

    public function no_items(): void
    {
        esc_html_e('No topics are like that.', 'hookwright');
    }

    /** @param Topic $item */
    protected function column_name($item): string
    {
        return sprintf(
            '<strong>%s</strong><span class="hookwright-why"><code dir="ltr">%s</code></span>%s',
            Markup::link(Link::topic($item->name), $item->title === '' ? $item->name : $item->title, 'row-title'),
            esc_html($item->name),
            $item->deprecated === null ? '' : Markup::badge('off', __('Deprecated', 'hookwright')),
        );
    }

    /** @param Topic $item */
    protected function column_description($item): string
    {
        return Markup::prose($item->description);
    }

    /** @param Topic $item */
    protected function column_group($item): string
    {
        return esc_html(Words::named($item->group));
    }

    /** @param Topic $item */
    protected function column_source($item): string
    {
        return esc_html(implode(', ', array_map(Words::source(...), $item->sources)));
    }

    /** @param Topic $item */
    protected function handle_row_actions($item, $column_name, $primary): string
    {
        return $column_name !== $primary ? '' : $this->row_actions([
            'view' => Markup::link(Link::topic($item->name), __('Sample', 'hookwright')),
            'add' => Markup::link(
                Link::to(Link::WEBHOOKS, ['action' => 'new', 'topic' => $item->name]),
                __('Add a webhook for it', 'hookwright'),
            ),
            'who' => Markup::link(Link::to(Link::WEBHOOKS, ['topic' => $item->name]), __('Who receives it', 'hookwright')),
            'deliveries' => Markup::link(Link::to(Link::DELIVERIES, ['topic' => $item->name]), __('Deliveries', 'hookwright')),
        ]);
    }
}
