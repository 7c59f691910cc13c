<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Webhooks;

use Hookwright\Catalogue\Topic;
use Hookwright\WordPress\Admin\Topics\WholeCatalogue;
use Hookwright\WordPress\Admin\Words;

/**
 * The choice of topics: all, or some of the catalogue, whole families of it, and any other name.
 *
 * Works without a script: then all topics stand in a long list. The script adds the search and what is chosen at a glance.
 */
final class TopicPicker
{
    /** A family of one topic is not worth a line of its own. */
    private const SMALLEST_FAMILY = 2;

    /** @param list<Topic> $topics the catalogue */
    public function __construct(private readonly array $topics, private readonly Draft $draft)
    {
    }

    public function write(): void
    {
        echo '<fieldset class="hookwright-picker" data-picker><legend class="screen-reader-text">',
            esc_html__('Topics', 'hookwright'), '</legend>';
        $this->writeWhich();
        echo '<div class="hookwright-picker-some" data-some>';
        echo '<div class="hookwright-chosen" data-chosen aria-live="polite"></div>';
        printf(
            '<p class="hookwright-picker-search" hidden><label class="screen-reader-text" for="hookwright-topic-search">%1$s</label>'
            . '<input type="search" id="hookwright-topic-search" class="regular-text" placeholder="%1$s" data-search>'
            . ' <span class="hookwright-quiet" role="status" data-found></span></p>',
            esc_attr__('Search topics', 'hookwright'),
        );
        echo '<div class="hookwright-picker-list" tabindex="-1">';
        foreach (WholeCatalogue::inGroups($this->topics) as $source => $groups) {
            $this->writeSource((string) $source, $groups);
        }
        echo '</div>';
        $this->writeMore();
        echo '</div></fieldset>';
    }

    private function writeWhich(): void
    {
        $choices = [
            'some' => __('Only these topics', 'hookwright'),
            'all' => __('All topics, also those that come later', 'hookwright'),
        ];
        echo '<p class="hookwright-which">';
        foreach ($choices as $value => $text) {
            printf(
                '<label><input type="radio" name="which" value="%s"%s> %s</label> ',
                esc_attr($value),
                checked($this->draft->wantsAll, $value === 'all', false),
                esc_html($text),
            );
        }
        echo '</p>';
    }

    /** @param array<string, list<Topic>> $groups */
    private function writeSource(string $source, array $groups): void
    {
        $names = array_map(static fn (Topic $topic) => $topic->name, array_merge(...array_values($groups)));
        $families = self::families($names);
        $isOpen = WholeCatalogue::isAtHome($source)
            || array_intersect($this->draft->topics, [...$names, ...array_keys($families)]) !== [];
        printf(
            '<details%s data-source><summary>%s <span class="hookwright-quiet">%s</span></summary>',
            $isOpen ? ' open' : '',
            esc_html(WholeCatalogue::heading($source)),
            esc_html(number_format_i18n(count($names))),
        );
        foreach ($groups as $group => $topics) {
            printf('<div class="hookwright-group" data-group><h4>%s</h4><ul>', esc_html(Words::named((string) $group)));
            $families = self::families(array_map(static fn (Topic $topic) => $topic->name, $topics));
            foreach ($topics as $topic) {
                // A family stands before the first of its members.
                foreach (self::families([$topic->name], 1) as $pattern => $one) {
                    if (isset($families[$pattern])) {
                        $this->writeItem($pattern, self::everyOf($pattern, $families[$pattern]), '');
                        unset($families[$pattern]);
                    }
                }
                $this->writeItem($topic->name, $topic->title, $topic->description);
            }
            echo '</ul></div>';
        }
        echo '</details>';
    }

    private function writeItem(string $name, string $title, string $description): void
    {
        printf(
            '<li data-topic="%1$s" data-text="%2$s"><label title="%3$s"><input type="checkbox" name="topics[]" value="%1$s"%4$s>'
            . ' <span>%6$s</span> <code dir="ltr">%5$s</code></label></li>',
            esc_attr($name),
            esc_attr(strtolower("{$name} {$title} {$description}")),
            esc_attr($description),
            checked(in_array($name, $this->draft->topics, true), true, false),
            esc_html($name),
            esc_html($title),
        );
    }

    private static function everyOf(string $pattern, int $count): string
    {
        $parts = explode('.', $pattern);

        /* translators: 1: a part of a topic's name, as "comment"; 2: a number of topics */
        return sprintf(__('Every “%1$s” event (%2$s now)', 'hookwright'), $parts[count($parts) - 2], number_format_i18n($count));
    }

    /** Names and patterns that the catalogue's list has no box for. */
    private function writeMore(): void
    {
        $names = array_map(static fn (Topic $topic) => $topic->name, $this->topics);
        $boxes = [...$names];
        foreach (WholeCatalogue::inGroups($this->topics) as $groups) {
            foreach ($groups as $topics) {
                $boxes = [...$boxes, ...array_keys(self::families(array_map(static fn (Topic $topic) => $topic->name, $topics)))];
            }
        }
        $others = array_diff($this->draft->topics, $boxes);
        $text = implode("\n", array_filter([...$others, $this->draft->more]));
        printf(
            '<p><label for="hookwright-more-topics">%s</label></p><textarea id="hookwright-more-topics" name="more_topics" rows="%d" '
            . 'class="large-text code" dir="ltr" spellcheck="false" aria-describedby="hookwright-more-hint">%s</textarea>'
            . '<p class="description" id="hookwright-more-hint">%s</p>',
            esc_html__('Other names and patterns, one in a line', 'hookwright'),
            $text === '' ? 1 : min(6, substr_count($text, "\n") + 2),
            esc_textarea($text),
            wp_kses(
                __('<code>order.*</code> is every topic that begins so; <code>action.my_hook</code> is an action of WordPress.', 'hookwright'),
                ['code' => []],
            ),
        );
    }

    /**
     * @param list<string> $names
     *
     * @return array<string, int> how many of the names each family covers, by its pattern
     */
    private static function families(array $names, int $least = self::SMALLEST_FAMILY): array
    {
        $families = [];
        foreach ($names as $name) {
            for ($end = strpos($name, '.'); $end !== false; $end = strpos($name, '.', $end + 1)) {
                $pattern = substr($name, 0, $end) . '.*';
                $families[$pattern] = ($families[$pattern] ?? 0) + 1;
            }
        }

        return array_filter($families, static fn (int $count) => $count >= $least);
    }
}
