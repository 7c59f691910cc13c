<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Topics;

use Hookwright\Catalogue\Query;
use Hookwright\Catalogue\Topic;
use Hookwright\Hookwright;
use Hookwright\Types\Paging;
use Hookwright\WordPress\Admin\Words;

/** All topics at once, for choosing among them: those of this site first. */
final class WholeCatalogue
{
    private const PAGE = 100;

    /** Topics of another platform that WordPress's own events have as well. */
    private const OF_WORDPRESS = ['account_created', 'account_deleted'];

    /** @return list<Topic> */
    public static function of(Hookwright $hookwright): array
    {
        $topics = [];
        $number = 1;
        do {
            $page = $hookwright->catalogue->find(new Query(new Paging($number++, self::PAGE)));
            $topics = [...$topics, ...$page->items];
        } while ($page->items !== [] && count($topics) < $page->total);

        return $topics;
    }

    /**
     * The topics under headings: by where they come from, then by their group.
     *
     * @param list<Topic> $topics
     *
     * @return array<string, array<string, list<Topic>>> by source, by group
     */
    public static function inGroups(array $topics): array
    {
        $groups = [];
        foreach ($topics as $topic) {
            $source = in_array($topic->name, self::OF_WORDPRESS, true) ? 'custom' : $topic->sources[0] ?? 'custom';
            $groups[$source][$topic->group][] = $topic;
        }
        uksort($groups, self::order(...));

        return $groups;
    }

    /** For sorting sources: this site's own topics first, what is not at work here last. */
    public static function order(string $one, string $other): int
    {
        return self::rank($one) <=> self::rank($other);
    }

    /** Whether what fires these topics is at work on this site. */
    public static function isAtHome(string $source): bool
    {
        return match ($source) {
            'woocommerce' => class_exists('WooCommerce', false),
            'ultimate-multisite' => function_exists('wu_register_event_type'),
            'wp-ultimo', 'wink', 'easy-lms' => false,
            default => true,
        };
    }

    /** The name of a source, and that it is not at work here where it is not. */
    public static function heading(string $source): string
    {
        return self::isAtHome($source)
            ? Words::source($source)
            /* translators: %s: the name of a platform, as "WooCommerce" */
            : sprintf(__('%s (not active on this site)', 'hookwright'), Words::source($source));
    }

    private static function rank(string $source): int
    {
        return match (true) {
            $source === 'hookwright' => 2,
            $source === 'custom' => 0,
            self::isAtHome($source) => 1,
            default => 3,
        };
    }
}
