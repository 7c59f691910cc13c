<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Events;

use Hookwright\WordPress\Site;
use Hookwright\WordPress\Source;
use WP_Term;
use WP_Theme;

/** What concerns the site itself: plugins, themes, options and terms. */
final class Surroundings implements Source
{
    /** @param string $ownPlugin whose activation is nobody's news */
    public function __construct(private readonly string $ownPlugin)
    {
    }

    public function topics(): array
    {
        return Catalogue::topics('wordpress.plugin.', 'wordpress.theme.', 'wordpress.option.', 'wordpress.term.');
    }

    public function listen(Site $site): void
    {
        foreach (['activated', 'deactivated'] as $what) {
            add_action("{$what}_plugin", function ($file = null, $isForNetwork = null) use ($site, $what): void {
                if (is_string($file) && $file !== $this->ownPlugin) {
                    $site->publish("wordpress.plugin.{$what}", static fn () => ['plugin' => self::plugin($file, (bool) $isForNetwork)]);
                }
            }, 100, 2);
        }
        add_action('switch_theme', static function ($name = null, $after = null, $before = null) use ($site): void {
            if ($after instanceof WP_Theme && $before instanceof WP_Theme) {
                $site->publish('wordpress.theme.activated', static fn () => [
                    'theme' => self::theme($after),
                    'previous_theme' => self::theme($before),
                ]);
            }
        }, 100, 3);
        add_action('updated_option', static function ($option = null, $before = null, $after = null) use ($site): void {
            // Most options change all the time, for nobody but WordPress; some hold passwords.
            if (in_array($option, $site->settings()->optionValues, true)) {
                $site->publish('wordpress.option.updated', [
                    'option' => ['name' => (string) $option, 'value' => $after, 'previous_value' => $before],
                ]);
            }
        }, 100, 3);
        foreach (['created_term' => 'created', 'edited_term' => 'updated'] as $hook => $what) {
            add_action($hook, static function ($id = null, $entry = null, $taxonomy = null) use ($site, $what): void {
                $term = get_term((int) $id, (string) $taxonomy);
                if ($term instanceof WP_Term && is_taxonomy_viewable((string) $taxonomy)) {
                    $site->publish("wordpress.term.{$what}", static fn () => ['term' => self::term($term)]);
                }
            }, 100, 3);
        }
        add_action('delete_term', static function ($id = null, $entry = null, $taxonomy = null, $term = null) use ($site): void {
            if ($term instanceof WP_Term && is_taxonomy_viewable((string) $taxonomy)) {
                $site->publish('wordpress.term.deleted', static fn () => ['term' => self::term($term)]);
            }
        }, 100, 4);
    }

    /** @return array<string, mixed> */
    private static function plugin(string $file, bool $isForNetwork): array
    {
        $path = WP_PLUGIN_DIR . "/{$file}";
        $head = is_readable($path) ? get_file_data($path, ['name' => 'Plugin Name', 'version' => 'Version']) : [];

        return Field::present([
            'file' => $file,
            'slug' => (string) preg_replace('/\.php$/', '', explode('/', $file)[0]),
            'name' => Field::text($head['name'] ?? null),
            'version' => Field::text($head['version'] ?? null),
            'network_wide' => $isForNetwork,
        ]);
    }

    /** @return array<string, mixed> */
    private static function theme(WP_Theme $theme): array
    {
        return Field::present([
            'stylesheet' => $theme->get_stylesheet(),
            'name' => Field::text($theme->get('Name')),
            'version' => Field::text($theme->get('Version')),
        ]);
    }

    /** @return array<string, mixed> */
    private static function term(WP_Term $term): array
    {
        return Field::present([
            'id' => Field::id($term->term_id),
            'taxonomy' => $term->taxonomy,
            'name' => $term->name,
            'slug' => Field::text($term->slug),
            'description' => Field::text($term->description),
            'parent_id' => Field::id($term->parent),
            'post_count' => (int) $term->count,
        ]);
    }
}
