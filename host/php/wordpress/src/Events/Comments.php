<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Events;

use Hookwright\WordPress\Settings;
use Hookwright\WordPress\Site;
use Hookwright\WordPress\Source;
use WP_Comment;

/** Comments, and whoever wrote them. What plugins keep as comments for themselves is none. */
final class Comments implements Source
{
    private const TYPES = ['comment', 'pingback', 'trackback', 'review'];

    private const STATUSES = ['1' => 'approved', '0' => 'pending', 'approve' => 'approved', 'hold' => 'pending'];

    public function topics(): array
    {
        return Catalogue::topics('wordpress.comment.');
    }

    public function listen(Site $site): void
    {
        add_action('wp_insert_comment', static function ($id = null, $comment = null) use ($site): void {
            // What was taken for spam before anybody saw it is nobody's news.
            if (self::isWanted($comment) && !in_array($comment->comment_approved, ['spam', 'trash'], true)) {
                $told = static fn (): array => self::told($comment, $site->settings());
                $site->publish('wordpress.comment.posted', $told);
                // What is approved at once changes no status, so WordPress tells of none.
                if ((string) $comment->comment_approved === '1') {
                    $site->publish('wordpress.comment.approved', $told);
                }
            }
        }, 100, 2);
        add_action('transition_comment_status', static function ($after = null, $before = null, $comment = null) use ($site): void {
            if ($after === 'approved' && $before !== 'approved' && self::isWanted($comment)) {
                $site->publish('wordpress.comment.approved', static fn () => self::told($comment, $site->settings(), 'approved'));
            }
        }, 100, 3);
        foreach (['spammed_comment' => 'spam', 'trashed_comment' => 'trash'] as $hook => $status) {
            $topic = 'wordpress.comment.' . ($status === 'trash' ? 'trashed' : $status);
            add_action($hook, static function ($id = null, $comment = null) use ($site, $status, $topic): void {
                $comment = $comment instanceof WP_Comment ? $comment : get_comment((int) $id);
                if (self::isWanted($comment)) {
                    $site->publish($topic, static fn () => self::told($comment, $site->settings(), $status));
                }
            }, 100, 2);
        }
    }

    /** @phpstan-assert-if-true WP_Comment $comment */
    private static function isWanted(mixed $comment): bool
    {
        return $comment instanceof WP_Comment && in_array($comment->comment_type ?: 'comment', self::TYPES, true);
    }

    /**
     * @param string|null $status where the object still has the former one
     *
     * @return array<string, mixed>
     */
    private static function told(WP_Comment $comment, Settings $settings, ?string $status = null): array
    {
        return ['comment' => Field::present([
            'id' => Field::id($comment->comment_ID),
            'post_id' => Field::id($comment->comment_post_ID),
            'parent_id' => Field::id($comment->comment_parent),
            'status' => $status ?? self::STATUSES[$comment->comment_approved] ?? $comment->comment_approved,
            'type' => Field::text($comment->comment_type) ?? 'comment',
            'content' => (string) $comment->comment_content,
            'author' => (object) Field::present([
                'name' => User::name($comment->comment_author, $settings),
                'user_id' => Field::id($comment->user_id),
                'url' => Field::text($comment->comment_author_url),
                'email' => $settings->emailAddresses ? Field::text($comment->comment_author_email) : null,
                'ip_address' => $settings->ipAddresses ? Field::text($comment->comment_author_IP) : null,
            ]),
            'posted_at' => Field::moment($comment->comment_date_gmt),
        ])];
    }
}
