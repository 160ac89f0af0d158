import { Skeleton } from '../../components/ui/skeleton.tsx'

/** The shape of a list of models that is coming. */
export function ListSkeleton() {
  return (
    <div className="flex flex-col gap-5 p-4">
      {[0, 1, 2, 3, 4].map((row) => (
        <div key={row} className="flex flex-col gap-2">
          <Skeleton className="h-5 w-2/3" />
          <Skeleton className="h-4 w-full" />
          <Skeleton className="h-3 w-1/2" />
        </div>
      ))}
    </div>
  )
}
