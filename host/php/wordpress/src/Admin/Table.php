<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin;

use Hookwright\Types\Paging;

require_once ABSPATH . 'wp-admin/includes/class-wp-list-table.php';

/** WordPress's list table, for lists that Hookwright gives in pages. */
abstract class Table extends \WP_List_Table
{
    /** The component gives that many in a page, and takes as many ids at once. */
    public const MOST_ROWS = 100;

    /** @var array<string, string> arguments of the address that searching, sorting and turning pages keep */
    protected array $kept = [];

    /**
     * @param string $page     the `page` of the address
     * @param string $perPage  the screen's option
     * @param string $plural   also the nonce of bulk actions: `bulk-` and this
     */
    public function __construct(
        protected readonly string $page,
        private readonly string $perPage,
        string $singular,
        string $plural,
    ) {
        parent::__construct(['singular' => $singular, 'plural' => $plural, 'ajax' => false]);
        add_screen_option('per_page', ['default' => 20, 'option' => $perPage]);
    }

    protected function paging(): Paging
    {
        return new Paging($this->get_pagenum(), max(1, min(self::MOST_ROWS, $this->get_items_per_page($this->perPage, 20))));
    }

    /** @param list<object> $items */
    protected function fill(array $items, int $total): void
    {
        $this->items = $items;
        // With a total, WordPress sends whoever asks for a page behind the last one to the last one.
        $this->set_pagination_args(['total_items' => $total, 'per_page' => $this->paging()->perPage]);
        $this->_column_headers = $this->get_column_info();
    }

    /**
     * A link above the table.
     *
     * @param array<string, string> $arguments
     */
    protected function view(array $arguments, string $text, ?int $count, bool $isCurrent): string
    {
        return sprintf(
            '<a href="%s"%s>%s%s</a>',
            esc_url(Link::to($this->page, $arguments)),
            $isCurrent ? ' class="current" aria-current="page"' : '',
            esc_html($text),
            $count === null ? '' : sprintf(' <span class="count">(%s)</span>', esc_html(number_format_i18n($count))),
        );
    }

    /** Writes the table with views, search and the form around it. */
    public function writeForm(string $searchText): void
    {
        $this->views();
        printf('<form method="get" action="%s">', esc_url(self_admin_url('admin.php')));
        foreach (['page' => $this->page] + $this->kept as $name => $value) {
            printf('<input type="hidden" name="%s" value="%s">', esc_attr($name), esc_attr($value));
        }
        if ($searchText !== '') {
            $this->search_box($searchText, 'hookwright');
        }
        $this->display();
        echo '</form>';
    }

    /** The primary column's end: buttons for small screens come from WordPress. */
    protected function column_default($item, $column_name): string
    {
        return '';
    }

    protected function checkbox(string $name, string $id, string $label): string
    {
        $field = 'cb-' . $id;

        return sprintf(
            '<label class="screen-reader-text" for="%1$s">%2$s</label><input id="%1$s" type="checkbox" name="%3$s[]" value="%4$s">',
            esc_attr($field),
            esc_html($label),
            esc_attr($name),
            esc_attr($id),
        );
    }
}
