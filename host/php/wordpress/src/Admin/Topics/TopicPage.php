<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Topics;

use Hookwright\Catalogue\Topic;
use Hookwright\Hookwright;
use Hookwright\WordPress\Admin\Input;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Markup;
use Hookwright\WordPress\Admin\Words;

/** One topic: when it fires, what it carries. */
final class TopicPage
{
    private readonly Topic $topic;

    private readonly TopicSettingsForm $settings;

    public function __construct(Hookwright $hookwright, string $name)
    {
        $this->topic = $hookwright->catalogue->get($name);
        $this->settings = new TopicSettingsForm($hookwright, $name);
        if (Input::isPost()) {
            $this->settings->save();
        }
    }

    public function title(): string
    {
        return $this->topic->title === '' ? $this->topic->name : $this->topic->title;
    }

    public function write(): void
    {
        $topic = $this->topic;
        $this->settings->writeNotice();
        echo '<p>', Markup::link(Link::to(Link::TOPICS), __('All topics', 'hookwright')), '</p>';
        if ($topic->deprecated !== null) {
            Markup::notice('warning', sprintf(
                '<strong>%s</strong> %s%s',
                esc_html__('Nobody should use it any more.', 'hookwright'),
                esc_html($topic->deprecated),
                $topic->replacedBy === null ? '' : ' <a href="' . esc_url(Link::topic($topic->replacedBy)) . '">'
                    . esc_html($topic->replacedBy) . '</a>',
            ), false);
        }
        Markup::openBox($topic->name);
        printf(
            '<p>%s</p><p class="hookwright-quiet">%s · %s</p><p>%s %s</p>',
            Markup::prose($topic->description),
            esc_html(Words::named($topic->group)),
            esc_html(implode(', ', array_map(Words::source(...), $topic->sources))),
            Markup::link(
                Link::to(Link::WEBHOOKS, ['action' => 'new', 'topic' => $topic->name]),
                __('Add a webhook for it', 'hookwright'),
                'button button-primary',
            ),
            Markup::link(Link::to(Link::WEBHOOKS, ['topic' => $topic->name]), __('Who receives it', 'hookwright'), 'button'),
        );
        Markup::closeBox();
        Markup::openBox(__('Sample of its data', 'hookwright'));
        if ($topic->sample === null) {
            echo '<p>', esc_html__('There is none.', 'hookwright'), '</p>';
        } else {
            echo '<p>', esc_html__('Requests of Standard Webhooks carry it as “data”, with “type” and “timestamp” beside it.', 'hookwright'), '</p>',
                Markup::code(Markup::pretty($topic->sample), __('Sample of its data', 'hookwright'));
        }
        Markup::closeBox();
        if ($topic->schema !== null) {
            Markup::openBox(__('JSON Schema of its data', 'hookwright'));
            echo Markup::code(Markup::pretty($topic->schema), __('JSON Schema of its data', 'hookwright'));
            Markup::closeBox();
        }
        Markup::openBox(__('Settings of this topic', 'hookwright'));
        $this->settings->write();
        Markup::closeBox();
    }
}
