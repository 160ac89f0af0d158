import 'uplot/dist/uPlot.min.css'
import './chart.css'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import type { Series } from './series.ts'

const HEIGHT_PX = 116
const AXIS_PX = { x: 22, y: 46 }

export interface ChartProps {
  /** What the line says, for those who do not see it. */
  summary: string
  series: Series
  /** The window of time, in seconds since the epoch. */
  from: number
  to: number
  /** The upper end of the axis; it begins at zero. */
  top: number
  axisValue: (value: number) => string
  axisTime: (secondsAgo: number) => string
  /** Places of the words under the axis, in seconds before its end. */
  marks: readonly number[]
  /** Single points instead of a line, for what is measured now and then. */
  dots?: boolean
  /** The point under the pointer; null when it is left. */
  onPoint: (index: number | null) => void
}

/** One measured figure over time. */
export function Chart(props: ChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const latest = useRef(props)
  const { dots = false, series, from, to, top, axisValue } = props
  useEffect(() => {
    latest.current = props
  })

  useEffect(() => {
    const element = host.current
    if (element === null) return
    const chart = new uPlot(options(element, latest, dots), [[], []], element)
    plot.current = chart
    const resize = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT_PX }))
    resize.observe(element)
    // Colours are looked up while drawing.
    const themes = new MutationObserver(() => chart.redraw(false, true))
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    return () => {
      resize.disconnect()
      themes.disconnect()
      chart.destroy()
      plot.current = null
    }
  }, [dots])

  useEffect(() => plot.current?.setData([series.xs, series.ys]), [series, from, to, top, axisValue, dots])

  return (
    <div ref={host} role="img" aria-label={props.summary} className="relative overflow-hidden">
      <span hidden data-colour="line" className="text-ember" />
      <span hidden data-colour="fill" className="text-ember/12" />
      <span hidden data-colour="words" className="text-ink-3" />
      <span hidden data-colour="grid" className="text-line" />
    </div>
  )
}

function options(element: HTMLElement, latest: { current: ChartProps }, dots: boolean): uPlot.Options {
  const colour = (name: 'line' | 'fill' | 'words' | 'grid') => () => {
    const probe = element.querySelector(`[data-colour=${name}]`)
    return probe === null ? 'transparent' : getComputedStyle(probe).color
  }
  const font = `12px ${getComputedStyle(element).fontFamily}`
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false, setScale: false },
      points: { size: 7, width: 0, fill: colour('line') },
    },
    scales: {
      x: { time: false, range: () => [latest.current.from, latest.current.to] },
      y: { range: () => [0, latest.current.top] },
    },
    axes: [
      {
        size: AXIS_PX.x,
        gap: 4,
        font,
        stroke: colour('words'),
        grid: { show: false },
        ticks: { show: false },
        splits: () => latest.current.marks.map((ago) => latest.current.to - ago),
        values: (_, splits) => splits.map((at) => latest.current.axisTime(Math.round(latest.current.to - at))),
      },
      {
        size: AXIS_PX.y,
        gap: 6,
        font,
        stroke: colour('words'),
        grid: { stroke: colour('grid'), width: 1 },
        ticks: { show: false },
        splits: () => [0, latest.current.top / 2, latest.current.top],
        values: (_, splits) => splits.map((value) => latest.current.axisValue(value)),
      },
    ],
    series: [
      {},
      dots
        ? { paths: () => null, points: { show: true, size: 5, width: 0, fill: colour('line') } }
        : { stroke: colour('line'), fill: colour('fill'), width: 1.5, points: { show: false } },
    ],
    hooks: { setCursor: [(chart) => latest.current.onPoint(chart.cursor.idx ?? null)] },
  }
}
