<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Events;

use Hookwright\WordPress\Settings;
use Hookwright\WordPress\Site;
use Hookwright\WordPress\Source;
use WP_Post;

/** Posts, pages and the site's own types of posts; files of the media library. No revisions, no autosaves, no drafts of nothing. */
final class Posts implements Source
{
    public function topics(): array
    {
        return Catalogue::topics('wordpress.post.', 'wordpress.attachment.');
    }

    public function listen(Site $site): void
    {
        add_action('transition_post_status', static function ($after = null, $before = null, $post = null) use ($site): void {
            if ($after === $before || $after === 'auto-draft' || !self::isWanted($post, $site)) {
                return;
            }
            $told = static fn (): array => ['post' => self::told($post, $site->settings())];
            if ($after === 'publish') {
                $site->publish('wordpress.post.published', $told);
            } elseif ($after !== 'trash' && $before !== 'trash') {
                $site->publish('wordpress.post.status_changed', static fn () => $told() + ['previous_status' => (string) $before]);
            }
        }, 100, 3);
        add_action('post_updated', static function ($id = null, $after = null, $before = null) use ($site): void {
            // What begins, is published, trashed or restored is told by a topic of its own.
            $isTold = !$before instanceof WP_Post || in_array($before->post_status, ['auto-draft', 'trash'], true)
                || !$after instanceof WP_Post || $after->post_status === 'trash'
                || ($after->post_status === 'publish' && $before->post_status !== 'publish');
            if (!$isTold && self::isWanted($after, $site)) {
                $site->publish('wordpress.post.updated', static fn () => self::updated($after, $before, $site->settings()));
            }
        }, 100, 3);
        $one = static function (string $topic) use ($site): \Closure {
            return static function ($id = null, $post = null) use ($site, $topic): void {
                $post = $post instanceof WP_Post ? $post : get_post((int) $id);
                if (self::isWanted($post, $site) && $post->post_status !== 'auto-draft') {
                    $site->publish($topic, static fn () => ['post' => self::told($post, $site->settings())]);
                }
            };
        };
        add_action('trashed_post', $one('wordpress.post.trashed'), 100);
        add_action('untrashed_post', $one('wordpress.post.restored'), 100);
        add_action('deleted_post', $one('wordpress.post.deleted'), 100, 2);
        add_action('add_attachment', static function ($id = null) use ($site): void {
            $post = get_post((int) $id);
            if ($post instanceof WP_Post) {
                $site->publish('wordpress.attachment.added', static fn () => ['attachment' => self::attachment($post)]);
            }
        }, 100);
    }

    /** @phpstan-assert-if-true WP_Post $post */
    private static function isWanted(mixed $post, Site $site): bool
    {
        if (!$post instanceof WP_Post || wp_is_post_revision($post) || wp_is_post_autosave($post)) {
            return false;
        }
        $types = $site->settings()->postTypes;

        return $types === null
            ? $post->post_type !== 'attachment' && (bool) get_post_type_object($post->post_type)?->public
            : in_array($post->post_type, $types, true);
    }

    /** @return array<string, mixed> */
    private static function told(WP_Post $post, Settings $settings): array
    {
        // Whoever knows the password of a post may read it; receivers do not.
        $isOpen = $post->post_password === '';

        return Field::present([
            'id' => Field::id($post->ID),
            'type' => $post->post_type,
            'status' => $post->post_status,
            'title' => Field::text($post->post_title),
            'slug' => Field::text($post->post_name),
            'excerpt' => $isOpen ? Field::excerpt(Field::text($post->post_excerpt) ?? $post->post_content) : null,
            'content' => $isOpen && $settings->postContent ? $post->post_content : null,
            'password_protected' => !$isOpen,
            // Without a slug the address would be the front page's.
            'url' => ($post->post_name === '' ? null : Field::text(get_permalink($post))) ?? Field::text($post->guid),
            'author_id' => Field::id($post->post_author),
            'parent_id' => Field::id($post->post_parent),
            'published_at' => Field::moment($post->post_date_gmt),
            'modified_at' => Field::moment($post->post_modified_gmt),
            'comment_count' => (int) $post->comment_count,
        ]);
    }

    /** @return array<string, mixed> */
    private static function updated(WP_Post $after, WP_Post $before, Settings $settings): array
    {
        $changed = Field::changes(self::told($before, new Settings()), self::told($after, new Settings()));
        // A post with a password tells that its content is another one, not what it is.
        if ($before->post_content !== $after->post_content) {
            $changed[] = 'content';
        }

        return [
            'post' => self::told($after, $settings),
            'changed' => array_values(array_diff($changed, ['modified_at', 'comment_count'])),
        ];
    }

    /** @return array<string, mixed> */
    private static function attachment(WP_Post $post): array
    {
        return Field::present([
            'id' => Field::id($post->ID),
            'title' => Field::text($post->post_title),
            'mime_type' => Field::text($post->post_mime_type),
            'url' => Field::text(wp_get_attachment_url($post->ID)) ?? Field::text($post->guid),
            'author_id' => Field::id($post->post_author),
            'parent_id' => Field::id($post->post_parent),
            'uploaded_at' => Field::moment($post->post_date_gmt),
        ]);
    }
}
